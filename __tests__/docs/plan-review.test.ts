import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../scripts/review/rules";

const text = readFileSync(join(__dirname, "..", "..", "docs", "plan-review.md"), "utf8");

test("the rules that the document lists are the rules of the review", () => {
  const rows = text.split("\n").filter((line) => /^\| R\d+ \|/.test(line));
  expect(rows).toEqual(
    RULES.map(
      ({ id, title, severity, condition, why }) =>
        `| ${id} | ${title} | ${severity} | ${condition} | ${why} |`,
    ),
  );
});
