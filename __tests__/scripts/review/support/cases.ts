import type { Review } from "../../../../scripts/review/review";
import { CASES_OF_ANY_STACK } from "./cases-of-any-stack";
import { CASES_OF_NETWORKS } from "./cases-of-networks";
import { CASES_OF_POLICIES } from "./cases-of-policies";
import { CASES_OF_SECRETS } from "./cases-of-secrets";
import { CASES_OF_THIS_PROJECT } from "./cases-of-this-project";
import { CASES_OF_VAULT } from "./cases-of-vault";
import { reviewed } from "./plans";
import type { Case, Cases } from "./rule-case";

/** By rule. */
export const CASES: Readonly<Record<string, Cases>> = {
  ...CASES_OF_SECRETS,
  ...CASES_OF_ANY_STACK,
  ...CASES_OF_NETWORKS,
  ...CASES_OF_POLICIES,
  ...CASES_OF_THIS_PROJECT,
  ...CASES_OF_VAULT,
};

export function reviewOf(one: Case): Review {
  return "plan" in one ? reviewed(one.changes ?? [], one.plan) : reviewed([one]);
}
