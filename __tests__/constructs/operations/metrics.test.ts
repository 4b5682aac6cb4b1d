import type { NodeMetricName } from "../../../constructs/vault/server/node/metrics";
import { alarmsOn, type DeployedAlarm } from "../../../testbed/operations/alarms";
import { allWatched } from "../../support/shipped";
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
/** A test runs the script and reads these in what it tells. */
const NODE_CONTRACT =
  "constructs/vault/server/node/metrics.ts, __tests__/constructs/vault/server/node/metrics.test.ts";
const BALANCER = "User Guide for Network Load Balancers, CloudWatch metrics for your Network Load Balancer";
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
  credentialHealthSilent: ["LambdaSecrets", "CompleteCheck", HEALTH, HEALTH_CONTRACT],
  quotaUsage: ["LambdaSecrets", "Utilization", ["Environment", "Quota"], QUOTA_CONTRACT],
  quotaMonitorErrors: ["AWS/Lambda", "Errors", ["FunctionName"], LAMBDA],
  quotaMonitorSilent: ["LambdaSecrets", "Usage", ["Environment", "Quota"], QUOTA_CONTRACT],
  vaultFailures: ["LambdaSecrets/secrets-prod", "VaultFailures", [], FILTER],
  blockedNames: ["LambdaSecrets/secrets-prod", "BlockedNames", [], FILTER],
  vaultSealed: ["VaultServer", "Sealed", ["Cluster"], NODE_CONTRACT],
  vaultNoLeader: ["VaultServer", "NoLeader", ["Cluster"], NODE_CONTRACT],
  vaultNodesUnhealthy: ["AWS/NetworkELB", "UnHealthyHostCount", ["LoadBalancer", "TargetGroup"], BALANCER],
  vaultSnapshotAge: ["VaultServer", "SnapshotAge", ["Cluster"], NODE_CONTRACT],
  vaultCertificateDays: ["VaultServer", "CertificateDays", ["Cluster"], NODE_CONTRACT],
  vaultDataUsed: ["VaultServer", "DataUsed", ["Cluster"], NODE_CONTRACT],
  vaultSilent: ["VaultServer", "Sealed", ["Cluster"], NODE_CONTRACT],
};

const templates = allWatched();
const [adopted = [], created = []] = templates.map((template) =>
  template.resources("aws_cloudwatch_metric_alarm").map(
    (alarm): Attributes => ({
      ...alarm,
      setting: alarm.alarm_name.replace("secrets-prod-", "").split("-")[0],
    }),
  ),
);
const alarms = [...adopted, ...created];

test("every alarm of environments that have everything is in the table, and the table has no other", () => {
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
      const filters = templates.flatMap((one) => one.resources("aws_cloudwatch_log_metric_filter"));
      expect(filters.map(({ metric_transformation }) => metric_transformation)).toContainEqual(
        expect.objectContaining({ name: metric, namespace, value: "1" }),
      );
    }
  },
);

test("dimensions name what is deployed", () => {
  const dimensions = (setting: string) =>
    adopted.filter((alarm) => alarm.setting === setting).map((alarm) => alarm.dimensions);
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

test("a day with a complete check of credentials is well, one with others only is like one without any", () => {
  const ofChecks = adopted.filter(({ setting }) => setting === "credentialHealthSilent");
  const goOff = (...values: number[]) => {
    const told = { namespace: "LambdaSecrets", metricName: "CompleteCheck" };
    const data = ["main", "billing"].flatMap((Database) =>
      values.map((value) => ({ ...told, dimensions: { Environment: "secrets-prod", Database }, value })),
    );
    return alarmsOn(ofChecks as unknown as DeployedAlarm[], data).length;
  };
  expect([goOff(1), goOff(0, 1), goOff(0), goOff()]).toEqual([0, 0, 2, 2]);
});

describe("of a Vault server that the environment makes", () => {
  const alarm = (name: string) => created.find(({ alarm_name }) => alarm_name === `secrets-prod-${name}`);

  const ofNodes = created.filter(({ namespace }) => namespace === "VaultServer");
  /** The alarms that go off if three nodes tell this. */
  const goOff = (metricName: NodeMetricName, ...values: number[]) => {
    const dimensions = { Cluster: "secrets-prod-vault" };
    const told = { namespace: "VaultServer", metricName, dimensions };
    const well = [0, 0, 0].map((value) => ({ ...told, metricName: "Sealed", value }));
    const data = [...well, ...values.map((value) => ({ ...told, value }))];
    return alarmsOn(ofNodes as unknown as DeployedAlarm[], data).map(({ alarm_name }) => alarm_name);
  };

  test.each<[NodeMetricName, number, number, string]>([
    ["Sealed", 0, 1, "vaultSealed"],
    ["NoLeader", 0, 1, "vaultNoLeader"],
    ["SnapshotAge", 10_799, 10_800, "vaultSnapshotAge"],
    ["CertificateDays", 15, 14, "vaultCertificateDays"],
    ["DataUsed", 79, 80, "vaultDataUsed"],
  ])("one node of three is seen by its %s", (metric, well, unwell, name) => {
    expect(goOff(metric, well, well, well)).toEqual([]);
    expect(goOff(metric, well, unwell, well)).toEqual([`secrets-prod-${name}`]);
  });

  test("silence of all nodes is seen", () => {
    expect(alarmsOn(ofNodes as unknown as DeployedAlarm[], []).map(({ alarm_name }) => alarm_name)).toEqual([
      "secrets-prod-vaultSilent",
    ]);
  });

  test("a state has to last for as long as its setting says", () => {
    const periods = (name: string) => [alarm(name)?.period, alarm(name)?.evaluation_periods];
    expect(periods("vaultSealed")).toEqual([300, 2]);
    expect(periods("vaultNoLeader")).toEqual([300, 2]);
    expect(periods("vaultSilent")).toEqual([300, 3]);
  });

  test("its endpoint for Secrets Manager has other alarms than that of the functions", () => {
    const resets = created.filter(({ setting }) => setting === "endpointResets");
    expect(resets.map(({ alarm_name }) => alarm_name.replace("secrets-prod-endpointResets-", ""))).toEqual([
      "secretsmanager",
      "vault-kms",
      "vault-logs",
      "vault-monitoring",
      "vault-secretsmanager",
      "vault-ssm",
      "vault-ssmmessages",
      "vault-sts",
    ]);
    expect(new Set(resets.map(({ dimensions }) => dimensions["VPC Endpoint Id"])).size).toBe(8);
    expect(alarm("endpointResets-vault-sts")?.dimensions["VPC Endpoint Id"]).toMatch(
      /prod-vault-server.*Endpoint-sts/,
    );
  });
});
