import { shippedWith, synthesizeEnvironment } from "../../support/shipped";
import type { Attributes } from "../../support/template";

const LAMBDA = "AWS Lambda Developer Guide, Types of metrics for Lambda functions";
const PRIVATE_LINK =
  "AWS PrivateLink Guide, CloudWatch metrics for AWS PrivateLink, Endpoint metrics and dimensions";
const AURORA = "Amazon Aurora User Guide, Amazon CloudWatch metrics and dimensions for Amazon Aurora";
const FILTER = "a metric filter of the same stack";
const HEALTH = ["Database", "Environment"];
/** A test runs each function's zip, and reads these metrics in what it prints. */
const HEALTH_CONTRACT =
  "lambda/credential-health/contract/metrics.ts, __tests__/lambda/zips/credential-health.test.ts";
const QUOTA_CONTRACT =
  "lambda/quota-monitor/contract/metrics.ts, __tests__/lambda/zips/quota-monitor.test.ts";
const ENDPOINT = ["Endpoint Type", "Service Name", "VPC Endpoint Id", "VPC Id"];

/** What each alarm watches: namespace, metric, dimensions, and who says that it is published so. */
const METRICS: Readonly<Record<string, readonly [string, string, readonly string[], string]>> = {
  rotationErrors: ["AWS/Lambda", "Errors", ["FunctionName"], LAMBDA],
  rotationThrottles: ["AWS/Lambda", "Throttles", ["FunctionName"], LAMBDA],
  rotationDuration: ["AWS/Lambda", "Duration", ["FunctionName"], LAMBDA],
  endpointPacketsDropped: ["AWS/PrivateLinkEndpoints", "PacketsDropped", ENDPOINT, PRIVATE_LINK],
  endpointResets: ["AWS/PrivateLinkEndpoints", "RstPacketsReceived", ENDPOINT, PRIVATE_LINK],
  databaseCpu: ["AWS/RDS", "CPUUtilization", ["DBClusterIdentifier"], AURORA],
  databaseConnections: ["AWS/RDS", "DatabaseConnections", ["DBClusterIdentifier"], AURORA],
  rejectedFlows: ["LambdaSecrets/secrets-prod", "RejectedFlows", [], FILTER],
  credentialsFailing: ["LambdaSecrets", "SecretsFailing", HEALTH, HEALTH_CONTRACT],
  rotationPending: ["LambdaSecrets", "SecretsPending", HEALTH, HEALTH_CONTRACT],
  rotationOverdue: ["LambdaSecrets", "SecretsOverdue", HEALTH, HEALTH_CONTRACT],
  certificateDays: ["LambdaSecrets", "CertificateDaysLeft", HEALTH, HEALTH_CONTRACT],
  authorityDays: ["LambdaSecrets", "AuthorityDaysLeft", HEALTH, HEALTH_CONTRACT],
  credentialHealthErrors: ["AWS/Lambda", "Errors", ["FunctionName"], LAMBDA],
  credentialHealthSilent: ["LambdaSecrets", "SecretsChecked", HEALTH, HEALTH_CONTRACT],
  quotaUsage: ["LambdaSecrets", "Utilization", ["Environment", "Quota"], QUOTA_CONTRACT],
  quotaMonitorErrors: ["AWS/Lambda", "Errors", ["FunctionName"], LAMBDA],
  quotaMonitorSilent: ["LambdaSecrets", "Usage", ["Environment", "Quota"], QUOTA_CONTRACT],
  vaultFailures: ["LambdaSecrets/secrets-prod", "VaultFailures", [], FILTER],
  blockedNames: ["LambdaSecrets/secrets-prod", "BlockedNames", [], FILTER],
};

const template = synthesizeEnvironment(shippedWith("prod", ["vault", "native"])).stack("operations");
const alarms = template.resources("aws_cloudwatch_metric_alarm").map(
  (alarm): Attributes => ({
    ...alarm,
    setting: alarm.alarm_name.replace("secrets-prod-", "").split("-")[0],
  }),
);

test("every alarm of an environment that has everything is in the table, and the table has no other", () => {
  expect(new Set(alarms.map(({ setting }) => setting))).toEqual(new Set(Object.keys(METRICS)));
});

test.each(Object.entries(METRICS))(
  "%s watches what is published",
  (name, [namespace, metric, dimensions, source]) => {
    for (const alarm of alarms.filter(({ setting }) => setting === name)) {
      expect([alarm.namespace, alarm.metric_name]).toEqual([namespace, metric]);
      const ofVpc = source === QUOTA_CONTRACT ? ["VpcId"] : [];
      expect([...dimensions, ...ofVpc]).toEqual(expect.arrayContaining(Object.keys(alarm.dimensions ?? {})));
      expect(Object.keys(alarm.dimensions ?? {})).toEqual(expect.arrayContaining([...dimensions]));
      if (source !== FILTER) continue;
      const filters = template.resources("aws_cloudwatch_log_metric_filter");
      expect(filters.map(({ metric_transformation }) => metric_transformation)).toContainEqual(
        expect.objectContaining({ name: metric, namespace, value: "1" }),
      );
    }
  },
);

test("dimensions name what is deployed", () => {
  const dimensions = (setting: string) =>
    alarms.filter((alarm) => alarm.setting === setting).map((alarm) => alarm.dimensions);
  expect(dimensions("rotationErrors")).toEqual([
    { FunctionName: "secrets-prod-billing-rotation" },
    { FunctionName: "secrets-prod-main-rotation" },
  ]);
  expect(dimensions("databaseCpu")).toEqual(
    ["billing", "main"].map((database) => ({
      DBClusterIdentifier: expect.stringMatching(
        new RegExp(`Database-${database}_Cluster.*cluster_identifier`),
      ),
    })),
  );
  expect(dimensions("endpointResets")).toEqual(
    ["native", "vault"].map((stack) => ({
      "Endpoint Type": "Interface",
      "Service Name": expect.stringContaining(`prod-${stack}`),
      "VPC Endpoint Id": expect.stringContaining(`prod-${stack}`),
      "VPC Id": expect.stringContaining(`prod-${stack}`),
    })),
  );
});
