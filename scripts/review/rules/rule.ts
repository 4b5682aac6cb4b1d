import type { Plan, ResourceChange } from "../plan/change";

/** `block`: must not be applied like this. `high`, `medium`: an owner has to agree. `notice`: good to know. */
export const SEVERITIES = ["block", "high", "medium", "notice"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a rule has to say, without any value that nobody may see. */
export interface Found {
  readonly severity: Severity;
  readonly what: string;
}

/** One danger: what it looks for, and why, is in `docs/plan-review.md`. */
export interface Rule {
  readonly id: `R${number}`;
  readonly title: string;
  /** Called for each resource that changes. */
  readonly resource?: (change: ResourceChange, plan: Plan) => readonly Found[];
  /** Called once for each plan. */
  readonly plan?: (plan: Plan) => readonly Found[];
}

export interface Risk extends Found {
  readonly rule: Rule["id"];
  readonly title: string;
  readonly stack: string;
  /** Undefined if it is about the plan. */
  readonly address?: string;
}
