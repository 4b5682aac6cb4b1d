import { readFile } from "node:fs/promises";
import { NAMESPACE } from "../../lambda/embedded-metrics/contract/namespace";
import type { Invocation } from "../lambda/lambda-runner";
import { metricsIn } from "./embedded-metrics";

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
    this.data.push(...dataIn(await readFile(log, "utf8")));
    return invocation;
  }
}

/** The values of all metrics that a log has. */
export function dataIn(log: string): Datum[] {
  return metricsIn(log).flatMap(({ dimensions, values }) =>
    Object.entries(values).map(([metricName, value]) => ({
      namespace: NAMESPACE,
      metricName,
      dimensions,
      value,
    })),
  );
}
