import { type LogMetricName, logMetricNamespace } from "../log-metrics";
import type { Watched } from "../watched";
import type { Alarms, Metric } from "./alarms";

export function logMetric(namePrefix: string, metricName: LogMetricName): Metric {
  return { namespace: logMetricNamespace(namePrefix), metricName, statistic: "Sum" };
}

export function watchNetwork(
  alarms: Alarms,
  namePrefix: string,
  { flowLogs, queryLogGroupName }: Watched,
): void {
  if (flowLogs)
    alarms.add("rejectedFlows", {
      means:
        "Security groups reject connections within the VPC: a rule is missing, or something looks around.",
      metric: logMetric(namePrefix, "RejectedFlows"),
    });
  if (queryLogGroupName)
    alarms.add("blockedNames", {
      means: "Something in the VPC asked for a name that it may not look up.",
      metric: logMetric(namePrefix, "BlockedNames"),
    });
}
