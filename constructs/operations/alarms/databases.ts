import type { Watched } from "../watched";
import type { Alarms, Metric } from "./alarms";

/**
 * Of the instance with the highest value (Amazon Aurora User Guide, "Amazon CloudWatch metrics for Amazon Aurora":
 * metrics of instances also come with the cluster alone for a dimension).
 */
export function clusterMetric(
  DBClusterIdentifier: string,
  metricName: "CPUUtilization" | "DatabaseConnections",
): Metric {
  return { namespace: "AWS/RDS", metricName, dimensions: { DBClusterIdentifier }, statistic: "Maximum" };
}

export function watchDatabases(alarms: Alarms, { clusters }: Watched): void {
  for (const [database, { identifier, maxConnections }] of Object.entries(clusters)) {
    alarms.add("databaseCpu", {
      of: database,
      means: `An instance of the database ${database} has been busy for 15 minutes; logins may time out.`,
      metric: clusterMetric(identifier, "CPUUtilization"),
      periods: 3,
    });
    if (maxConnections === undefined) continue;
    alarms.add("databaseConnections", {
      of: database,
      means:
        `An instance of the database ${database} has few connections left of about ${maxConnections}; ` +
        "with none left, logins are refused.",
      metric: clusterMetric(identifier, "DatabaseConnections"),
      threshold: (percent) => Math.floor((maxConnections * percent) / 100),
    });
  }
}
