import { shippedWith, synthesizeEnvironment } from "../support/shipped";
import { documents } from "./support/documents";

const runbook = documents.find(({ path }) => path === "docs/operations.md")?.text ?? "";
/** By the heading. */
const entries = new Map(
  (/^## Runbook$([\s\S]*?)^## /m.exec(runbook)?.[1] ?? "")
    .split(/^### /m)
    .slice(1)
    .map((entry) => [entry.split("\n")[0] ?? "", entry] as const),
);

/** An environment with everything that an alarm can be for. */
const everything = synthesizeEnvironment(shippedWith("prod", ["vault", "native"])).stack("operations");
const described = [
  ...everything
    .resources("aws_cloudwatch_metric_alarm")
    .map(({ alarm_name, alarm_description }) => [alarm_name, alarm_description] as const),
  ...everything
    .resources("aws_cloudwatch_event_rule")
    .filter(({ event_pattern }) => event_pattern)
    .map(({ name, description }) => [name, description] as const),
];
/** `secrets-prod-rotationErrors-main`: rotationErrors. */
const entryOf = (name: string) => name.replace("secrets-prod-", "").split("-")[0] ?? "";

test.each(described)("%s leads to an entry of its name", (name, description) => {
  expect(description).toContain(` Runbook: docs/operations.md#${entryOf(name).toLowerCase()}`);
  expect([...entries.keys()]).toContain(entryOf(name));
});

test("no entry is without an alarm or event", () => {
  const named = new Set(described.map(([name]) => entryOf(name)));
  expect([...entries.keys()].filter((entry) => !named.has(entry))).toEqual([]);
});

test.each([...entries])("the entry %s says what it means, where to look and how to mend it", (_, entry) => {
  expect(entry).toMatch(/^\*\*Means\*\*: /m);
  expect(entry).toMatch(/^\*\*Look( and mend)?\*\*/m);
  expect(entry).toMatch(/^\*\*(Look and mend|Mend)\*\*: /m);
});

/** Amazon EventBridge API Reference, "PutRule", and Amazon CloudWatch API Reference, "PutMetricAlarm". */
test("descriptions are as short as AWS wants them", () => {
  const longest = (of: readonly { readonly [key: string]: string }[], key: string) =>
    Math.max(...of.map((attributes) => attributes[key]?.length ?? 0));
  expect(longest(everything.resources("aws_cloudwatch_event_rule"), "description")).toBeLessThanOrEqual(512);
  expect(
    longest(everything.resources("aws_cloudwatch_metric_alarm"), "alarm_description"),
  ).toBeLessThanOrEqual(1024);
});
