import { RULES } from "../../../scripts/review/rules";
import { CASES, reviewOf } from "./support/cases";
import { rulesIn } from "./support/plans";
import type { Cases } from "./support/rule-case";

test("every rule has cases in which it finds something and cases in which it does not", () => {
  expect(Object.keys(CASES).sort()).toEqual(RULES.map(({ id }) => id).sort());
  expect(RULES.length).toBeGreaterThanOrEqual(20);
});

const all = (which: keyof Cases) =>
  Object.entries(CASES).flatMap(([id, cases]) =>
    Object.entries(cases[which]).map(([title, one]) => [id, title, one] as const),
  );

test.each(all("fires"))("%s finds: %s", (id, _, one) => {
  expect(rulesIn(reviewOf(one))).toContain(id);
});

test.each(all("silent"))("%s lets pass: %s", (id, _, one) => {
  expect(rulesIn(reviewOf(one))).not.toContain(id);
});
