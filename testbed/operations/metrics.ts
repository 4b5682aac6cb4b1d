import { readFile } from "node:fs/promises";
import type { Json } from "../aws/aws-protocol";
import type { Invocation } from "../lambda/lambda-runner";

/** One value of one metric. */
export interface Datum {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The runner, with what CloudWatch would know of its functions: Lambda's own metrics and those that they print. */
export class MeasuredRunner {
  readonly data: Datum[] = [];

  constructor(private readonly runner: { invoke(name: string, event: unknown): Promise<Invocation> }) {}

  async invoke(name: string, event: unknown): Promise<Invocation> {
    const invocation = await this.runner.invoke(name, event);
    const functionName = name.replace(/^.*:function:/, "");
    const { error, durationMs, log } = invocation;
    const values = { Invocations: 1, Errors: error ? 1 : 0, Throttles: 0, Duration: durationMs };
    for (const [metricName, value] of Object.entries(values))
      this.data.push({
        namespace: "AWS/Lambda",
        metricName,
        dimensions: { FunctionName: functionName },
        value,
      });
    this.data.push(...embeddedMetrics(await readFile(log, "utf8")));
    return invocation;
  }
}

/** Amazon CloudWatch User Guide, "Specification: Embedded metric format". */
export function embeddedMetrics(log: string): Datum[] {
  return log.split("\n").flatMap((line) => (line.startsWith('{"_aws":') ? dataOf(JSON.parse(line)) : []));
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

function dataOf(record: Json): Datum[] {
  const { CloudWatchMetrics } = record._aws as { CloudWatchMetrics: readonly Directive[] };
  return CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(record[name])]));
      return Metrics.flatMap(({ Name: metricName }) =>
        [record[metricName]]
          .flat()
          .map((value) => ({ namespace, metricName, dimensions, value: Number(value) })),
      );
    }),
  );
}
