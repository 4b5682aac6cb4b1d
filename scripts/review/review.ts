import { digestOf } from "./digest";
import type { Kind, Plan } from "./plan/change";
import { parsePlan } from "./plan/plan-json";
import { learn, readPlan } from "./plan/read-plan";
import { Redactor } from "./redaction/redactor";
import { risksOf } from "./rules";
import type { Risk } from "./rules/rule";

/** What may happen with the plans: `owner` asks an owner to agree. */
export type Verdict = "safe" | "owner" | "blocked";

export interface PlanText {
  /** Name of the stack, or whatever tells the plan from others. */
  readonly stack: string;
  /** What `terraform show -json` wrote. */
  readonly text: string;
  /** @default - the name of the stack; for errors */
  readonly source?: string;
}

export interface ReviewedRisk extends Risk {
  /** Whether the base had it too. Undefined without a base. */
  readonly known?: boolean;
}

export type Counts = Readonly<Record<Kind, number>>;

export interface Review {
  readonly verdict: Verdict;
  /** Of all plans together, see {@link digestOf}. */
  readonly digest: string;
  readonly counts: Counts;
  /** The worst first. */
  readonly risks: readonly ReviewedRisk[];
  /** Risks of the base that are no more. */
  readonly gone: readonly BaseRisk[];
  readonly plans: readonly Plan[];
  /** Whether a text about the plans may be shown. */
  readonly isClean: (text: string) => boolean;
}

/** A risk as an earlier review had it. */
export type BaseRisk = Pick<Risk, "rule" | "stack" | "address" | "what">;

/**
 * Reviews plans of one or more stacks.
 *
 * @param base risks of an earlier review, to tell what is new; the verdict does not depend on it
 * @throws UnreadablePlan
 */
export function reviewPlans(texts: readonly PlanText[], base?: readonly BaseRisk[]): Review {
  const parsed = texts.map(({ stack, text, source }) => ({ stack, plan: parsePlan(text, source ?? stack) }));
  const redactor = new Redactor();
  for (const { plan } of parsed) learn(redactor, plan);
  const plans = parsed.map(({ stack, plan }) => readPlan(stack, plan, redactor));
  const found = risksOf(plans).map((risk) => ({ ...risk, what: redactor.text(risk.what) }));
  const known = new Set(base?.map(keyOf));
  const risks = base ? found.map((risk) => ({ ...risk, known: known.has(keyOf(risk)) })) : found;
  const now = new Set(found.map(keyOf));
  return {
    verdict: verdictOf(found),
    digest: digestOf(plans, found),
    counts: countsOf(plans),
    risks,
    gone: (base ?? []).filter((risk) => !now.has(keyOf(risk))),
    plans,
    isClean: (text) => redactor.isClean(text),
  };
}

export function verdictOf(risks: readonly Risk[]): Verdict {
  if (risks.some(({ severity }) => severity === "block")) return "blocked";
  return risks.some(({ severity }) => severity !== "notice") ? "owner" : "safe";
}

export function countsOf(plans: readonly Plan[]): Counts {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, forget: 0, read: 0, "no-op": 0 };
  for (const { kind } of plans.flatMap(({ resources }) => resources)) counts[kind] += 1;
  return counts;
}

function keyOf({ rule, stack, address, what }: BaseRisk): string {
  return [rule, stack, address, what].join("\n");
}
