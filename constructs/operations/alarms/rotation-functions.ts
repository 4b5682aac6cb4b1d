import type { Watched } from "../watched";
import type { Alarms, Metric } from "./alarms";

/** AWS Lambda Developer Guide, "Types of metrics for Lambda functions". */
export function functionMetric(
  FunctionName: string,
  metricName: "Errors" | "Throttles" | "Duration" | "Invocations",
): Metric {
  const statistic = metricName === "Duration" ? "Maximum" : "Sum";
  return { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName }, statistic };
}

export function watchRotationFunctions(alarms: Alarms, { rotationFunctions }: Watched): void {
  for (const [database, { name, timeoutSeconds }] of Object.entries(rotationFunctions)) {
    const of = database;
    alarms.add("rotationErrors", {
      of,
      means:
        `A step of a rotation in the database ${database} failed; the log of ${name} says of which secret, ` +
        "why, and what to do.",
      metric: functionMetric(name, "Errors"),
    });
    alarms.add("rotationThrottles", {
      of,
      means: `Lambda refused to run ${name}, so that a rotation in the database ${database} waits.`,
      metric: functionMetric(name, "Throttles"),
    });
    alarms.add("rotationDuration", {
      of,
      means:
        `A step of a rotation in the database ${database} took nearly as long as ${name} may run, ` +
        `which is ${timeoutSeconds} s.`,
      metric: functionMetric(name, "Duration"),
      threshold: (percent) => (timeoutSeconds * 1000 * percent) / 100,
    });
  }
}
