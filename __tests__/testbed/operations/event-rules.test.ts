import { messagesOf } from "../../../testbed/operations/event-rules";
import { rotationEvent } from "../../../testbed/operations/rotation-event";

const secretArn = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:app/orders-AbCdEf";
const event = rotationEvent({
  eventName: "RotationFailed",
  secretArn,
  time: new Date("2026-11-28T03:00:00Z"),
});
const said = (pattern: object, inputTemplate = '"<name>"', inputPaths = { name: "$.detail.eventName" }) =>
  messagesOf(event, [{ eventPattern: JSON.stringify(pattern), inputPaths, inputTemplate }]).map(
    ({ text }) => text,
  );

test("a rule whose every key fits sends its template with what the paths lead to", () => {
  const pattern = { source: ["aws.secretsmanager"], detail: { eventName: ["Other", "RotationFailed"] } };
  expect(said(pattern)).toEqual(['"RotationFailed"']);
});

test.each([
  ["another value", { source: ["aws.rds"] }],
  ["a key that the event does not have", { detail: { errorCode: ["x"] } }],
  ["another beginning", { detail: { additionalEventData: { SecretId: [{ prefix: "arn:aws:s3" }] } } }],
])("a rule with %s sends nothing", (_, pattern) => {
  expect(said(pattern)).toEqual([]);
});

test.each<[string, () => unknown, string]>([
  ["an operator", () => said({ source: [{ suffix: "x" }] }), "are known here"],
  ["a name without a path", () => said({ source: ["aws.secretsmanager"] }, "<other>"), "there is no path"],
  ["a value for a list", () => said({ source: "aws.secretsmanager" }), "lists for values"],
])("%s that is not known is refused", (_, call, message) => {
  expect(call).toThrow(message);
});
