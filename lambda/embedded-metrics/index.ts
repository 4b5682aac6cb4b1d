import { NAMESPACE } from "./contract/namespace";

/** A unit of CloudWatch's (Amazon CloudWatch API Reference, "MetricDatum"). */
export type Unit = "Count" | "Percent" | "None";

export interface Metrics<Name extends string = string> {
  /** All of them together make the metrics' one dimension set. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: Readonly<Partial<Record<Name, number>>>;
  readonly units: Readonly<Record<Name, Unit>>;
}

/**
 * One line of a log, from which CloudWatch Logs makes metrics: no permission and no way to CloudWatch is needed (Amazon
 * CloudWatch User Guide, "Specification: Embedded metric format").
 */
export function embeddedMetrics<Name extends string>(
  { dimensions, values, units }: Metrics<Name>,
  timestamp = Date.now(),
): string {
  const metrics = (Object.keys(values) as Name[])
    .filter((name) => values[name] !== undefined)
    .map((name) => ({ Name: name, Unit: units[name] }));
  return JSON.stringify({
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [Object.keys(dimensions)], Metrics: metrics }],
    },
    ...dimensions,
    ...values,
  });
}

/**
 * Writes a line as it is. Lambda puts time and request id in front of what `console.log` gets, and CloudWatch would
 * find no metrics in that.
 */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
