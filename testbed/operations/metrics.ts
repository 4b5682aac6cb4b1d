import { readFile } from "node:fs/promises";
import { functionLogGroupName } from "../../constructs/operations/watched";
import { NAMESPACE } from "../../lambda/embedded-metrics/contract/namespace";
import type { Invocation } from "../lambda/lambda-runner";
import { metricsIn } from "./embedded-metrics";
import { filteredData, type LogFilter } from "./log-filters";

/** One value of one metric. */
export interface Datum {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The runner, with what CloudWatch would know of its functions: Lambda's own metrics, and those of their logs. */
export class MeasuredRunner {
  readonly data: Datum[] = [];

  constructor(
    private readonly runner: { invoke(name: string, event: unknown): Promise<Invocation> },
    /** Those that are deployed now. */
    private readonly filters: () => Promise<readonly LogFilter[]>,
  ) {}

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
    const text = await readFile(log, "utf8");
    const logGroupName = functionLogGroupName(functionName);
    this.data.push(...dataIn(text), ...filteredData(await this.filters(), logGroupName, text));
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
