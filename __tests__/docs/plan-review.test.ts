import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../scripts/review/rules";
import { SEVERITIES } from "../../scripts/review/rules/rule";
import { CASES, reviewOf } from "../scripts/review/support/cases";

const text = readFileSync(join(__dirname, "..", "..", "docs", "plan-review.md"), "utf8");
const rows = text.split("\n").flatMap((line) => (/^\| R\d+ \|/.test(line) ? [line.split(" | ")] : []));

test("the rules that the document lists are the rules of the review", () => {
  expect(rows.map(([id, title]) => [id, title])).toEqual(RULES.map(({ id, title }) => [`| ${id}`, title]));
});

test("the document says of each rule the highest severity that it gives", () => {
  const highest = RULES.map(({ id }) => {
    const risks = Object.values(CASES[id]?.fires ?? {}).flatMap((one) => reviewOf(one).risks);
    const given = risks.filter(({ rule }) => rule === id).map(({ severity }) => severity);
    return [`| ${id}`, SEVERITIES.find((severity) => given.includes(severity))];
  });
  expect(rows.map(([id, , severity]) => [id, severity])).toEqual(highest);
});

test("no rule of the document has the same words as another one", () => {
  for (const column of [1, 3, 4]) expect(new Set(rows.map((row) => row[column])).size).toBe(RULES.length);
});
