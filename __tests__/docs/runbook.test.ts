import { join } from "node:path";
import { allWatched } from "../support/shipped";
import { documents } from "./support/documents";

const runbook = documents.find(({ path }) => path === "docs/operations.md")?.text ?? "";
/** By the heading. */
const entries = new Map(
  (/^## Runbook$([\s\S]*?)^## /m.exec(runbook)?.[1] ?? "")
    .split(/^### /m)
    .slice(1)
    .map((entry) => [entry.split("\n")[0] ?? "", entry] as const),
);

const watched = allWatched();
const alarms = watched.flatMap((one) => one.resources("aws_cloudwatch_metric_alarm"));
const rules = watched.flatMap((one) => one.resources("aws_cloudwatch_event_rule"));
const described = new Map<string, string>([
  ...alarms.map(({ alarm_name, alarm_description }) => [alarm_name, alarm_description] as const),
  ...rules
    .filter(({ event_pattern }) => event_pattern)
    .map(({ name, description }) => [name, description] as const),
]);
/** `secrets-prod-rotationErrors-main`: rotationErrors. */
const entryOf = (name: string) => name.replace("secrets-prod-", "").split("-")[0] ?? "";

test.each([...described])("%s leads to an entry of its name", (name, description) => {
  expect(description).toContain(` Runbook: docs/operations.md#${entryOf(name).toLowerCase()}`);
  const entry = entryOf(name);
  const fix = `add "### ${entry}" to docs/operations.md with the parts Means, Look, Mend`;
  expect(entries.has(entry) ? [] : [fix]).toEqual([]);
});

test("no entry is without an alarm or event", () => {
  const named = new Set([...described.keys()].map(entryOf));
  expect([...entries.keys()].filter((entry) => !named.has(entry))).toEqual([]);
});

test.each([...entries])("the entry %s says what it means, where to look and how to mend it", (_, entry) => {
  expect(entry).toMatch(/^\*\*Means\*\*: /m);
  expect(entry).toMatch(/^\*\*Look( and mend)?\*\*/m);
  expect(entry).toMatch(/^\*\*(Look and mend|Mend)\*\*: /m);
});

/** The section with an anchor, of this document or another one, to the next heading of any level. */
function sectionOf(link: string): string {
  const [path = "", anchor = ""] = link.split("#");
  const { text = "" } = documents.find((one) => one.path === join("docs", path || "operations.md")) ?? {};
  const sections = text.split(/^#+ /m).slice(1);
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-");
  return sections.find((section) => anchorOf(section.split("\n")[0] ?? "") === anchor) ?? "";
}

test.each([...entries])("the entry %s mends by a command, or leads to a section that has one", (_, entry) => {
  const [, mend = ""] = entry.split(/^\*\*(?:Look and mend|Mend)\*\*: /m);
  const linked = [...mend.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => sectionOf(link));
  expect([mend, ...linked].filter((text) => text.includes("```sh"))).not.toEqual([]);
});

/** Amazon EventBridge API Reference, "PutRule", and Amazon CloudWatch API Reference, "PutMetricAlarm". */
test("descriptions are as short as AWS wants them", () => {
  const longest = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  expect(longest(rules.map(({ description }) => description))).toBeLessThanOrEqual(512);
  expect(longest(alarms.map(({ alarm_description }) => alarm_description))).toBeLessThanOrEqual(1024);
});
