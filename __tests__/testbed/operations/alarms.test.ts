import { embeddedMetrics } from "../../../lambda/embedded-metrics";
import { alarmsOn, type DeployedAlarm } from "../../../testbed/operations/alarms";
import { dataIn } from "../../../testbed/operations/metrics";

const alarm: DeployedAlarm = {
  alarm_name: "errors",
  alarm_description: "",
  namespace: "AWS/Lambda",
  metric_name: "Errors",
  dimensions: { FunctionName: "rotation" },
  statistic: "Sum",
  threshold: 2,
  comparison_operator: "GreaterThanOrEqualToThreshold",
  treat_missing_data: "notBreaching",
};
const error = {
  namespace: "AWS/Lambda",
  metricName: "Errors",
  dimensions: { FunctionName: "rotation" },
  value: 1,
};
const isOn = (changes: Partial<DeployedAlarm>, data = [error, error]) =>
  alarmsOn([{ ...alarm, ...changes }], data).length === 1;

test("an alarm is on from its threshold", () => {
  expect(isOn({})).toBe(true);
  expect(isOn({}, [error])).toBe(false);
});

test.each([
  ["namespace", { namespace: "AWS/RDS" }],
  ["metric", { metric_name: "Throttles" }],
  ["value of a dimension", { dimensions: { FunctionName: "other" } }],
  ["set of dimensions", { dimensions: { FunctionName: "rotation", Resource: "rotation" } }],
  ["set of dimensions: none", { dimensions: null }],
])("values under another %s do not count", (_, changes) => {
  expect(isOn(changes)).toBe(false);
});

test("silence is an alarm where missing values are", () => {
  expect(isOn({ treat_missing_data: "breaching" }, [])).toBe(true);
  expect(isOn({}, [])).toBe(false);
});

test("a statistic that is not known is refused", () => {
  expect(() => isOn({ statistic: "p99" })).toThrow("Sum, Maximum, Minimum, SampleCount");
});

const printed = embeddedMetrics({
  dimensions: { Database: "main" },
  values: { Failing: 3 },
  units: { Failing: "Count" },
});

test("values are found in what a function prints", () => {
  expect(dataIn(`START\n${printed}\n{"level":"info"}\n`)).toEqual([
    { namespace: "LambdaSecrets", metricName: "Failing", dimensions: { Database: "main" }, value: 3 },
  ]);
});

test.each([
  ['"Namespace":"LambdaSecrets"', '"Namespace":"Other"', "one directive for LambdaSecrets is expected"],
  ['"Failing":3', '"Failing":"3"', "the metric Failing must be a number"],
  ['"Database":"main"', '"Database":1', "the dimension Database must be a text"],
])("what CloudWatch would make no metric of is refused: %s as %s", (right, wrong, problem) => {
  expect(printed).toContain(right);
  expect(() => dataIn(printed.replace(right, wrong))).toThrow(problem);
});
