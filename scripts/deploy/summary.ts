import { verdictWords } from "../review/terminal";
import type { Command } from "./arguments";
import type { Outcomes } from "./driver";
import type { Outcome } from "./in-order";

const DONE = {
  diff: { changed: "has changes", unchanged: "no changes" },
  deploy: { changed: "deployed", unchanged: "no changes" },
  destroy: { changed: "destroyed", unchanged: "nothing to destroy" },
} as const;

/** What became of each stack, one a line. */
export function summary(command: Command, outcomes: Outcomes, interrupted: boolean): string {
  const width = Math.max(...[...outcomes.keys()].map(({ length }) => length));
  return [...outcomes]
    .map(([name, one]) => `${name.padEnd(width)}  ${said(command, one, interrupted)}`)
    .join("\n");
}

function said(command: Command, outcome: Outcome, interrupted: boolean): string {
  switch (outcome.kind) {
    case "changed":
      return command === "diff" && outcome.verdict
        ? `${DONE.diff.changed}; review: ${verdictWords(outcome.verdict)}`
        : DONE[command].changed;
    case "unchanged":
      return DONE[command].unchanged;
    case "waiting":
      return `${outcome.previewed ? "previewed only" : "not planned"}: ${outcome.why}`;
    case "for you":
      return `waits for you: ${outcome.what}; then run the same command again`;
    case "not begun":
      return `not begun: ${outcome.why}`;
    case "refused":
      return `not changed: ${outcome.why}`;
    case "failed":
      return interrupted
        ? "interrupted: what was done is in its state, and the same command goes on from there"
        : `failed: ${outcome.error.message}`;
  }
}

/** Whether all was done that a command could do; `diff` is not there to go on after a person. */
function isDone(command: Command, { kind }: Outcome): boolean {
  if (kind === "for you") return command === "diff";
  return kind !== "failed" && kind !== "refused" && kind !== "not begun";
}

/**
 * 0 if all was done that could be, 1 if not, 130 after an interruption; with `detailed`, 2 if there is something to
 * deploy.
 */
export function exitCode(
  command: Command,
  outcomes: Outcomes,
  options: { interrupted: boolean; detailed: boolean },
): number {
  if (options.interrupted) return 130;
  const all = [...outcomes.values()];
  if (!all.every((one) => isDone(command, one))) return 1;
  return options.detailed && all.some(({ kind }) => kind !== "unchanged") ? 2 : 0;
}
