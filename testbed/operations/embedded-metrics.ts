import { NAMESPACE } from "../../lambda/embedded-metrics/contract/namespace";

export interface PublishedMetrics {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number>>;
  readonly units: Readonly<Record<string, string>>;
}

/** The metrics that CloudWatch Logs makes of a log, by its "Embedded metric format" refusing what breaks it. */
export function metricsIn(log: string): PublishedMetrics[] {
  const records = log.split("\n").flatMap((line) => (line.startsWith('{"_aws"') ? [JSON.parse(line)] : []));
  return records.map(({ _aws: { Timestamp, CloudWatchMetrics }, ...members }) => {
    const [{ Namespace, Dimensions, Metrics }, ...more] = CloudWatchMetrics;
    if (more.length > 0 || Namespace !== NAMESPACE)
      throw new Error(`one directive for ${NAMESPACE} is expected`);
    if (!Number.isInteger(Timestamp)) throw new Error(`Timestamp must be in milliseconds, got ${Timestamp}`);
    const [names] = Dimensions as string[][];
    const dimensions = Object.fromEntries(
      (names ?? []).map((name) => {
        if (typeof members[name] !== "string") throw new Error(`the dimension ${name} must be a text`);
        return [name, members[name]];
      }),
    );
    const metrics = Metrics as { Name: string; Unit: string }[];
    for (const { Name } of metrics)
      if (!Number.isFinite(members[Name])) throw new Error(`the metric ${Name} must be a number`);
    return {
      dimensions,
      values: Object.fromEntries(metrics.map(({ Name }) => [Name, members[Name]])),
      units: Object.fromEntries(metrics.map(({ Name, Unit }) => [Name, Unit])),
    };
  });
}
