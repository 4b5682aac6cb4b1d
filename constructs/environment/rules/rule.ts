import { firstOfEachPath, type Path, type Problem, problemAt } from "../problems/problem";
import type { Draft } from "./draft";

/** A value that a rule is about, and whatever else the rule has to know. */
export interface Place {
  readonly path: Path;
  readonly got: unknown;
}

/** Finds what is wrong between sections that are each right by themselves. */
export type Rule = (draft: Draft) => Problem[];

type Text<At> = string | ((at: At, draft: Draft) => string);

/** A rule about the values that `where` finds. */
export function rule<At extends Place>(
  where: (draft: Draft) => readonly At[],
  {
    when = () => true,
    holds = () => false,
    must,
    fix,
  }: {
    /** Whether the rule applies. @default - always */
    readonly when?: (draft: Draft) => boolean;
    /** Whether a value keeps the rule. @default - none does: `where` finds only what is wrong */
    readonly holds?: (at: At, draft: Draft) => boolean;
    readonly must: Text<At>;
    readonly fix: Text<At>;
  },
): Rule {
  return (draft) => {
    const say = (text: Text<At>, at: At) => (typeof text === "string" ? text : text(at, draft));
    const wrong = when(draft) ? where(draft).filter((at) => !holds(at, draft)) : [];
    return firstOfEachPath(wrong.map((at) => problemAt(at.path, at.got, say(must, at), say(fix, at))));
  };
}
