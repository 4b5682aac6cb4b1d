import type { Problem } from "../problems/problem";

/** The input in today's spelling, and a problem for each old key. */
export function withoutOldKeys(input: unknown): { input: unknown; problems: Problem[] } {
  return { input, problems: [] };
}
