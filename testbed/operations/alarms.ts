import { isDeepStrictEqual } from "node:util";
import type { Datum } from "./metrics";

/** A metric alarm, as Terraform deployed it. */
export interface DeployedAlarm {
  readonly alarm_name: string;
  readonly alarm_description: string;
  readonly namespace: string;
  readonly metric_name: string;
  readonly dimensions: Readonly<Record<string, string>> | null;
  readonly statistic: string;
  readonly threshold: number;
  readonly comparison_operator: string;
  readonly treat_missing_data: string;
}

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  SampleCount: (values) => values.length,
};

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * The alarms that would go off, if all these values came in every period: no emulator evaluates alarms. A value counts
 * only under exactly the alarm's dimensions, as in CloudWatch.
 */
export function alarmsOn(alarms: readonly DeployedAlarm[], data: readonly Datum[]): readonly DeployedAlarm[] {
  return alarms.filter((alarm) => {
    const values = data.filter((datum) => isOf(alarm, datum)).map(({ value }) => value);
    if (values.length === 0) return alarm.treat_missing_data === "breaching";
    return known(COMPARISONS, alarm.comparison_operator)(
      known(STATISTICS, alarm.statistic)(values),
      alarm.threshold,
    );
  });
}

function isOf(alarm: DeployedAlarm, { namespace, metricName, dimensions }: Datum): boolean {
  return (
    alarm.namespace === namespace &&
    alarm.metric_name === metricName &&
    isDeepStrictEqual(alarm.dimensions ?? {}, dimensions)
  );
}

function known<Value>(table: Readonly<Record<string, Value>>, name: string): Value {
  const value = table[name];
  if (value === undefined)
    throw new Error(`an alarm here has one of ${Object.keys(table).join(", ")}, got ${name}`);
  return value;
}
