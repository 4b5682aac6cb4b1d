import type { Values } from "../../testbed/deployed/resources";
import { ownName, type Prod } from "./prod";
import { code, type Row } from "./table";

export const ALARMS = ["alarm", "watches", "goes off"] as const;

/** Alarms by what they are about; those for each database, function or node are one row. */
export function alarms({ network, environment }: Prod): readonly Row[] {
  const subjects = new Map<string, { readonly watches: Set<string>; readonly limits: Set<string> }>();
  for (const { type, values } of network.resources) {
    if (type !== "aws_cloudwatch_metric_alarm") continue;
    const [subject = ""] = ownName(values.alarm_name, environment).split("-");
    const known = subjects.get(subject) ?? { watches: new Set<string>(), limits: new Set<string>() };
    const metric = `${values.namespace} ${values.metric_name}`;
    known.watches.add(code(metric.replace(environment.namePrefix, "<namePrefix>")));
    known.limits.add(limitOf(values));
    subjects.set(subject, known);
  }
  return [...subjects]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([subject, { watches, limits }]) => ({
      of: `[${subject}](operations.md#${subject.toLowerCase()})`,
      cells: [[...watches].join(", "), [...limits].join(", or ")],
    }));
}

const COMPARED: Readonly<Record<string, string>> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: "≥",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};

function limitOf(values: Values): string {
  const { comparison_operator, threshold, evaluation_periods: periods, period, statistic } = values;
  const often = periods > 1 ? `, ${periods} times of ${periods}` : "";
  return `${statistic} of ${shownSeconds(period)} ${COMPARED[comparison_operator]} ${threshold}${often}`;
}

function shownSeconds(seconds: number): string {
  if (seconds % 86_400 === 0) return seconds === 86_400 ? "a day" : `${seconds / 86_400} days`;
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}
