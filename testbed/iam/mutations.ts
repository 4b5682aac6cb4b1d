import type { IamPolicy, IamStatement } from "../aws/iam-policy";
import type { AttachedPolicy } from "./deployed";

export interface Mutant {
  /** Where, and what was changed. */
  readonly title: string;
  readonly original: AttachedPolicy;
  readonly policy: AttachedPolicy;
}

type Change = readonly [what: string, statement: IamStatement | undefined];

/** A policy with one thing changed: an action less, a resource or principal for all, a condition less, an effect. */
export function mutantsOf(original: AttachedPolicy): readonly Mutant[] {
  const statements: readonly IamStatement[] = [original.document.Statement].flat();
  return statements.flatMap((statement, place) =>
    changesOf(statement, original).map(([what, changed]) => {
      const others = statements.flatMap((one, at) => (at === place ? (changed ?? []) : one));
      const document: IamPolicy = { Statement: others };
      const title = `${original.from} (${original.kind}): ${statement.Sid ?? `statement ${place + 1}`}: ${what}`;
      return { title, original, policy: { ...original, document } };
    }),
  );
}

function changesOf(statement: IamStatement, { kind }: AttachedPolicy): readonly Change[] {
  const { Effect, Action, Resource = "*", Principal, Condition = {} } = statement;
  const actions = [Action].flat();
  const resources = [Resource].flat();
  return [
    [
      `it is an ${Effect === "Allow" ? "Deny" : "Allow"}`,
      { ...statement, Effect: Effect === "Allow" ? "Deny" : "Allow" },
    ],
    ["it is gone", undefined],
    ...(actions.length > 1 ? without(actions) : []).map(
      ([gone, Action]): Change => [`without ${gone}`, { ...statement, Action }],
    ),
    ...(resources.length > 1 ? without(resources) : []).map(
      ([gone, Resource]): Change => [`not on ${gone}`, { ...statement, Resource }],
    ),
    // The policy of a resource is about that one alone, whatever it names.
    ...(resources.includes("*") || kind === "resource"
      ? []
      : [["on everything", { ...statement, Resource: "*" }] as Change]),
    ...(isForEveryone(Principal) ? [] : [["for everyone", { ...statement, Principal: "*" }] as Change]),
    ...keysOf(Condition).map(
      ([operator, key]): Change => [
        `without the condition ${key}`,
        { ...statement, Condition: withoutKey(Condition, operator, key) },
      ],
    ),
  ];
}

function without<One>(all: readonly One[]): (readonly [gone: One, rest: readonly One[]])[] {
  return all.map((gone) => [gone, all.filter((one) => one !== gone)] as const);
}

function isForEveryone(principal: IamStatement["Principal"]): boolean {
  return principal === undefined || principal === "*" || [principal.AWS ?? []].flat().includes("*");
}

type Condition = NonNullable<IamStatement["Condition"]>;

function keysOf(condition: Condition): (readonly [operator: string, key: string])[] {
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key) => [operator, key] as const),
  );
}

function withoutKey(condition: Condition, operator: string, key: string): Condition {
  const { [key]: _, ...others } = condition[operator] ?? {};
  return { ...condition, [operator]: others };
}
