import type { Problem } from "../problems/problem";
import type { Draft } from "./draft";
import type { Rule } from "./rule";

const RULES: readonly Rule[] = [];

export function brokenRules(draft: Draft): Problem[] {
  return RULES.flatMap((rule) => rule(draft));
}
