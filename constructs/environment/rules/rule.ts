import { firstOfEachPath, type Path, type Problem, problemAt } from "../problems/problem";
import type { Draft } from "./draft";

/** A value of the file that a rule is about. */
export interface Place {
  readonly path: Path;
  readonly got: unknown;
}

/** Finds what is wrong between sections that are each right by themselves. */
export type Rule = (draft: Draft) => Problem[];

type Text<At> = string | ((at: At) => string);

export function rule<At extends Place>({
  where,
  holds = () => false,
  must,
  fix,
}: {
  /** The values that the rule is about. */
  readonly where: (draft: Draft) => readonly At[];
  /** Whether it holds for one of them. @default - for none: `where` finds only what is wrong */
  readonly holds?: (at: At, draft: Draft) => boolean;
  readonly must: Text<At>;
  readonly fix: Text<At>;
}): Rule {
  const say = (text: Text<At>, at: At) => (typeof text === "string" ? text : text(at));
  return (draft) =>
    firstOfEachPath(
      where(draft)
        .filter((at) => !holds(at, draft))
        .map((at) => problemAt(at.path, at.got, say(must, at), say(fix, at))),
    );
}

/** A place, if there is a value. */
export function at<Value>(value: Value | undefined, ...path: Path): { path: Path; got: Value }[] {
  return value === undefined ? [] : [{ path, got: value }];
}
