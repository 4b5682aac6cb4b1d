import { covers, coversWithoutConditions } from "./covers";
import type { Names, Statement } from "./statements";

export interface Widening {
  readonly kind: "allows more" | "condition weakened" | "denies less";
  /** The statement that it is about. */
  readonly statement: Statement;
  /** For people: what, on what, by whom. */
  readonly what: string;
}

/**
 * What a policy lets happen that it did not let happen before. Statements are taken apart into one action, one
 * resource and one principal each, so that neither their order nor their grouping counts.
 */
export function widenings(before: readonly Statement[], after: readonly Statement[]): Widening[] {
  const allowedBefore = before.filter(({ denies }) => !denies);
  const allowed = after
    .filter(({ denies }) => !denies)
    .flatMap((statement) => {
      const news = pieces(statement).filter((piece) => !allowedBefore.some((one) => covers(one, piece)));
      const [weakened, others] = split(news, (piece) =>
        allowedBefore.some((one) => one.conditions.length > 0 && coversWithoutConditions(one, piece)),
      );
      return [
        ...described("allows more", statement, others),
        ...described("condition weakened", statement, weakened),
      ];
    });
  const deniesAfter = after.filter(({ denies }) => denies);
  const noLonger = before
    .filter(({ denies }) => denies)
    .flatMap((statement) => {
      const lost = pieces(statement).filter((piece) => !deniesAfter.some((one) => covers(one, piece)));
      return described("denies less", statement, lost);
    });
  return [...allowed, ...noLonger];
}

function pieces(statement: Statement): Statement[] {
  const { principals } = statement;
  return single(statement.actions).flatMap((actions) =>
    single(statement.resources).flatMap((resources) =>
      (principals ? single(principals) : [undefined]).map((one) => ({
        ...statement,
        actions,
        resources,
        ...(one && { principals: one }),
      })),
    ),
  );
}

function single({ except, names }: Names): Names[] {
  return except ? [{ except, names }] : names.map((name) => ({ except, names: [name] }));
}

function described(kind: Widening["kind"], statement: Statement, parts: readonly Statement[]): Widening[] {
  if (parts.length === 0) return [];
  const unique = (of: (part: Statement) => Names | undefined) => [
    ...new Set(parts.map((part) => worded(of(part)))),
  ];
  const principals = statement.principals ? ` to ${list(unique((part) => part.principals))}` : "";
  const actions = list(unique(({ actions }) => actions));
  const resources = list(unique(({ resources }) => resources));
  const sid = statement.sid ? ` (${statement.sid})` : "";
  return [{ kind, statement, what: `${kind}: ${actions} on ${resources}${principals}${sid}` }];
}

function worded(names: Names | undefined): string {
  return names ? `${names.except ? "all but " : ""}${names.names.join(", ")}` : "";
}

const SHOWN = 4;

function list(texts: readonly string[]): string {
  const more = texts.length - SHOWN;
  return [...texts.slice(0, SHOWN), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
