import { RULES } from "../../../scripts/review/rules";
import { CASES_OF_ANY_STACK } from "./support/cases-of-any-stack";
import { CASES_OF_NETWORKS } from "./support/cases-of-networks";
import { CASES_OF_POLICIES } from "./support/cases-of-policies";
import { CASES_OF_SECRETS } from "./support/cases-of-secrets";
import { CASES_OF_THIS_PROJECT } from "./support/cases-of-this-project";
import { CASES_OF_VAULT } from "./support/cases-of-vault";
import { reviewed, rulesIn } from "./support/plans";
import type { Case, Cases } from "./support/rule-case";

const CASES = {
  ...CASES_OF_SECRETS,
  ...CASES_OF_ANY_STACK,
  ...CASES_OF_NETWORKS,
  ...CASES_OF_POLICIES,
  ...CASES_OF_THIS_PROJECT,
  ...CASES_OF_VAULT,
};

function rulesFor(one: Case): string[] {
  return rulesIn("plan" in one ? reviewed(one.changes ?? [], one.plan) : reviewed([one]));
}

test("every rule has cases in which it finds something and cases in which it does not", () => {
  expect(Object.keys(CASES).sort()).toEqual(RULES.map(({ id }) => id).sort());
  expect(RULES.length).toBeGreaterThanOrEqual(20);
});

const all = (which: keyof Cases) =>
  Object.entries(CASES).flatMap(([id, cases]) =>
    Object.entries(cases[which]).map(([title, one]) => [id, title, one] as const),
  );

test.each(all("fires"))("%s finds: %s", (id, _, one) => {
  expect(rulesFor(one)).toContain(id);
});

test.each(all("silent"))("%s lets pass: %s", (id, _, one) => {
  expect(rulesFor(one)).not.toContain(id);
});

test("no rule has the same words as another one", () => {
  for (const word of ["title", "why", "condition"] as const)
    expect(new Set(RULES.map((rule) => rule[word])).size).toBe(RULES.length);
});
