import type { Datum } from "./metrics";

/** A metric filter, as Terraform deployed it. */
export interface LogFilter {
  readonly logGroupName: string;
  readonly pattern: string;
  readonly namespace: string;
  readonly metricName: string;
}

type Matches = (record: string) => boolean;

/** What CloudWatch Logs makes of a log by its filters: no emulator does. */
export function filteredData(filters: readonly LogFilter[], logGroupName: string, log: string): Datum[] {
  return filters
    .filter((filter) => filter.logGroupName === logGroupName)
    .flatMap(({ pattern, namespace, metricName }) => {
      const matching = log.split("\n").filter(matcherOf(pattern));
      return matching.map(() => ({ namespace, metricName, dimensions: {}, value: 1 }));
    });
}

/**
 * Known are the forms that the project's filters have (Amazon CloudWatch Logs User Guide, "Filter pattern syntax"):
 * words of which one is enough, fields between spaces, and members of JSON that all have to hold.
 */
function matcherOf(pattern: string): Matches {
  const matches = ofWords(pattern) ?? ofFields(pattern) ?? ofJson(pattern);
  if (!matches)
    throw new Error(`known here are the forms ?"…", [field = …] and { $.member = "…" && … }, got ${pattern}`);
  return matches;
}

function ofWords(pattern: string): Matches | undefined {
  if (!/^(\?"[^"]*" ?)+$/.test(pattern)) return undefined;
  const words = [...pattern.matchAll(/\?"([^"]*)"/g)].map(([, word = ""]) => word);
  return (record) => words.some((word) => record.includes(word));
}

/** A record has as many fields as the pattern. What is between brackets or quotes is one field. */
function ofFields(pattern: string): Matches | undefined {
  const inner = /^\[(.*)\]$/.exec(pattern)?.[1];
  const fields = inner?.split(",").map((field) => /^\w+(?: = ("[^"*]*"|[\w.*]+))?$/.exec(field.trim()));
  if (!fields?.every((field) => field !== null)) return undefined;
  const values = fields.map(([, value]) => (value === undefined ? /^/ : matching(value)));
  return (record) => {
    const found = record.match(/\[[^\]]*\]|"[^"]*"|\S+/g) ?? [];
    return found.length === values.length && values.every((value, at) => value.test(found[at] ?? ""));
  };
}

function ofJson(pattern: string): Matches | undefined {
  const inner = /^\{ (.*) \}$/.exec(pattern)?.[1];
  const conditions = inner?.split(" && ").map((one) => /^\$\.(\w+) (!?=) ("[^"*]*")$/.exec(one));
  if (!conditions?.every((condition) => condition !== null)) return undefined;
  return (record) => {
    if (!record.startsWith("{")) return false;
    const members = JSON.parse(record);
    return conditions.every(
      ([, name = "", operator, value = ""]) =>
        name in members && matching(value).test(String(members[name])) === (operator === "="),
    );
  };
}

/** Between quotes it is as it is written, without them `*` stands for anything. */
function matching(value: string): RegExp {
  const text = value.replaceAll('"', "").replaceAll(/[.$^+?()[\]{}|\\]/g, "\\$&");
  return new RegExp(`^${text.replaceAll("*", ".*")}$`);
}
