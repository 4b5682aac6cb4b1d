import type { DatabaseEngine } from "../contracts/database";

interface EngineSettings {
  /** Parameter group family of a version. */
  readonly family: (version: string) => string;
  readonly logExports: string[];
  readonly parameters: Readonly<Record<string, string>>;
  /**
   * Instance classes without Performance Insights (Amazon Aurora User Guide, "Amazon Aurora DB engine, Region, and
   * instance class support for Performance Insights").
   *
   * @default - every class has it
   */
  readonly classesWithoutInsights?: RegExp;
}

/**
 * Parameters that both backends rely on: TLS is forced, slow statements are logged, and on PostgreSQL those that change
 * the schema.
 * Names and values: Amazon Aurora User Guide, "Aurora PostgreSQL parameters" and "Aurora MySQL parameters".
 */
export const ENGINE_SETTINGS: Record<DatabaseEngine, EngineSettings> = {
  "aurora-postgresql": {
    family: (version) => `aurora-postgresql${version.split(".")[0]}`,
    logExports: ["postgresql"],
    parameters: { "rds.force_ssl": "1", log_statement: "ddl", log_min_duration_statement: "1000" },
  },
  "aurora-mysql": {
    family: (version) => `aurora-mysql${version.split(".").slice(0, 2).join(".")}`,
    logExports: ["audit", "error", "slowquery"],
    parameters: {
      require_secure_transport: "ON",
      server_audit_logging: "1",
      // No statements: whether the audit log leaves the password out of a rotation's ALTER USER is not documented.
      server_audit_events: "CONNECT",
      slow_query_log: "1",
      long_query_time: "1",
    },
    classesWithoutInsights: /^db\.(t2\.|t3\.|t4g\.(micro|small)$)/,
  },
};

/** Names of the log groups that Aurora writes into (Amazon Aurora User Guide, "Publishing logs to CloudWatch Logs"). */
export function databaseLogGroups(clusterName: string, engine: DatabaseEngine): string[] {
  return ENGINE_SETTINGS[engine].logExports.map((log) => `/aws/rds/cluster/${clusterName}/${log}`);
}
