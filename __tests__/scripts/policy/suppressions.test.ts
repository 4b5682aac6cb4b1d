import { type Finding, readReport } from "../../../scripts/policy/findings";
import {
  openFindings,
  problemsOfSuppressions,
  readSuppressions,
  type Suppression,
} from "../../../scripts/policy/suppressions";

const finding: Finding = {
  check: "CKV_AWS_116",
  environment: "prod",
  address: "native/Function",
  title: "Ensure a DLQ",
};
const suppression: Suppression = {
  check: "CKV_AWS_116",
  addresses: ["native/Function"],
  scan: "synthesized",
  reason: "the function is invoked synchronously",
  owner: "platform",
  expires: "2027-01-31",
};
const TODAY = "2026-11-22";

test("a finding without a suppression stays open", () => {
  expect(openFindings([finding], [], TODAY)).toEqual([finding]);
});

test("a suppression covers its check at its address only", () => {
  const elsewhere = { ...finding, address: "native/Other" };
  const other = { ...finding, check: "CKV_AWS_117" };
  expect(openFindings([finding, elsewhere, other], [suppression], TODAY)).toEqual([elsewhere, other]);
});

test("a suppression for some environments covers no other", () => {
  const inDev = { ...finding, environment: "dev" };
  expect(openFindings([finding, inDev], [{ ...suppression, environments: ["dev"] }], TODAY)).toEqual([
    finding,
  ]);
});

test("a suppression counts on its last day; after it, the one who answers for it is named", () => {
  expect(openFindings([finding], [suppression], "2027-01-31")).toEqual([]);
  expect(openFindings([finding], [suppression], "2027-02-01")).toEqual([finding]);
  expect(problemsOfSuppressions("synthesized", [finding], [suppression], "2027-02-01")).toEqual([
    {
      path: "[0].expires",
      got: '"2027-01-31"',
      rule: "must not have passed: platform answers for CKV_AWS_116",
      fix: "repair the cause, or renew it with a reason",
    },
  ]);
});

test("a suppression without a finding is stale", () => {
  const stale = { ...suppression, addresses: ["native/Function", "native/Gone"] };
  expect(problemsOfSuppressions("synthesized", [finding], [stale], TODAY)).toEqual([
    {
      path: "[0].addresses[1]",
      got: '"native/Gone"',
      rule: "must have a finding of CKV_AWS_116",
      fix: "remove it",
    },
  ]);
});

test("what plans alone show is not stale for synthesized stacks", () => {
  expect(problemsOfSuppressions("synthesized", [], [{ ...suppression, scan: "plan" }], TODAY)).toEqual([]);
});

test.each([
  ["no owner", { owner: undefined }, "[0].owner\n    rule  is required and must be the team that answers"],
  ["a person's address", { owner: "a@example.com" }, "[0].owner\n    rule  must be the team that answers"],
  ["no date", { expires: "next year" }, "[0].expires\n    rule  must be the date"],
  ["no reason", { reason: "todo" }, "[0].reason\n    rule  must say why"],
])("a suppression with %s is refused", (_, change, said) => {
  expect(() => readSuppressions(JSON.stringify([{ ...suppression, ...change }]))).toThrow(said);
});

test("every suppression of the project can be read", () => {
  expect(readSuppressions().length).toBeGreaterThan(0);
});

test("a scan that evaluated nothing is an error, not a clean result", () => {
  const nothing = { summary: { passed: 0, parsing_errors: 0 }, results: { failed_checks: [] } };
  expect(() => readReport(JSON.stringify(nothing), [])).toThrow("must evaluate every stack");
});

test("a file that the scanner could not parse is an error", () => {
  const partly = { summary: { passed: 9, parsing_errors: 1 }, results: { failed_checks: [] } };
  expect(() => readReport(JSON.stringify(partly), [])).toThrow("could not parse a file");
});
