import { readReport } from "../../../scripts/policy/findings";
import { judge, readSuppressions } from "../../../scripts/policy/suppressions";

const finding = { check: "CKV_AWS_116", address: "prod-native/resource.Fn", title: "Ensure a DLQ" };
const suppression = {
  check: "CKV_AWS_116",
  addresses: ["prod-native/resource.Fn"],
  reason: "the function is invoked synchronously",
  expires: "2027-01-31",
};

test("a finding without a suppression stays open", () => {
  expect(judge([finding], [], "2026-11-22").open).toEqual([finding]);
});

test("a suppression covers its check at its address only", () => {
  const elsewhere = { ...finding, address: "prod-native/resource.Other" };
  expect(judge([finding, elsewhere], [suppression], "2026-11-22").open).toEqual([elsewhere]);
});

test("a suppression counts on its last day and not after it", () => {
  expect(judge([finding], [suppression], "2027-01-31").open).toEqual([]);
  expect(judge([finding], [suppression], "2027-02-01")).toEqual({
    open: [finding],
    expired: [suppression],
    stale: [],
  });
});

test("a suppression without a finding is stale", () => {
  expect(judge([], [suppression], "2026-11-22").stale).toEqual(["CKV_AWS_116 prod-native/resource.Fn"]);
});

test("every suppression of the project has a reason and a date", () => {
  expect(readSuppressions().length).toBeGreaterThan(0);
});

test("a scan that evaluated nothing is an error, not a clean result", () => {
  const nothing = { summary: { passed: 0, parsing_errors: 0 }, results: { failed_checks: [] } };
  expect(() => readReport(JSON.stringify(nothing))).toThrow("must evaluate every synthesized stack");
});

test("a file that the scanner could not parse is an error", () => {
  const partly = { summary: { passed: 9, parsing_errors: 1 }, results: { failed_checks: [] } };
  expect(() => readReport(JSON.stringify(partly))).toThrow("could not parse a file");
});
