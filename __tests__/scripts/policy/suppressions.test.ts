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

const scanned = [
  { file: "/out/native.json", environment: "prod", stack: "native" },
  { file: "/out/ci.json", environment: "prod", stack: "ci" },
];
const checkOf = (file: string) => ({
  check_id: "CKV_AWS_116",
  check_name: "Ensure a DLQ",
  file_abs_path: file,
  resource: "aws_lambda_function.Function",
});
const report = (passed: readonly string[], failed: readonly string[] = [], parsingErrors = 0) =>
  JSON.stringify({
    summary: { passed: passed.length, parsing_errors: parsingErrors },
    results: { passed_checks: passed.map(checkOf), failed_checks: failed.map(checkOf) },
  });

test("a scan in which each file has a check is read", () => {
  expect(readReport(report(["/out/ci.json"], ["/out/native.json"]), scanned)).toEqual({
    passed: 1,
    findings: [finding],
  });
});

test("a file of which the scanner evaluated nothing is an error, however many checks passed in others", () => {
  const many = Array.from({ length: 100 }, () => "/out/native.json");
  expect(() => readReport(report(many), scanned)).toThrow(
    "checkov must evaluate every stack; it has no check of prod-ci",
  );
});

test("a scan that evaluated nothing is an error, not a clean result", () => {
  expect(() => readReport(report([]), [])).toThrow("must evaluate every stack; it has no check of any");
  // As checkov writes it without a file.
  const nothing = JSON.stringify({ passed: 0, failed: 0, parsing_errors: 0 });
  expect(() => readReport(nothing, scanned)).toThrow("no check of prod-native, prod-ci");
});

test("a file that the scanner could not parse is an error", () => {
  const partly = report(["/out/ci.json", "/out/native.json"], [], 1);
  expect(() => readReport(partly, scanned)).toThrow("could not parse a file");
});
