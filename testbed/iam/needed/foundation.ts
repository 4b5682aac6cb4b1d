import type { Environment } from "../../../constructs/environment";
import { administrator, role, service } from "../callers";
import { superuserOf } from "./native";
import { keyIsUsed, type NeededCalls, of } from "./needed-call";

const FLOW_LOGS = 'Amazon VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs"';
const MONITORING = 'Amazon RDS User Guide, "Creating an IAM role for Enhanced Monitoring"';
const MONITORED =
  'Amazon RDS User Guide, "Viewing OS metrics using CloudWatch Logs"; "AmazonRDSEnhancedMonitoringRole"';
const LOGS = 'Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS"';
const RDS = 'Amazon RDS User Guide, "AWS KMS key management"';

/** What services call for the network and the databases. */
export function callsOfFoundation(calls: NeededCalls, environment: Environment): void {
  logsAreEncrypted(calls);
  keysAreAdministered(calls);
  flowsAreLogged(calls);
  for (const [name, { kind }] of Object.entries(environment.databases))
    if (kind === "created") databaseIsKept(calls, environment, name);
}

function logsAreEncrypted(calls: NeededCalls): void {
  const { deployed } = calls;
  for (const { values } of deployed.ofType("aws_cloudwatch_log_group"))
    calls.add(
      LOGS,
      service(`logs.${deployed.region}.amazonaws.com`),
      of("kms", "Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey"),
      values.kms_key_id,
      {
        context: {
          "kms:EncryptionContext:aws:logs:arn": deployed.arn("logs", `log-group:${values.name}`),
        },
      },
    );
}

/** The account's administrators: a key whose policy lets nobody change it cannot be mended. */
function keysAreAdministered(calls: NeededCalls): void {
  const { deployed } = calls;
  const actions = [
    ...["CreateAlias", "DescribeKey", "EnableKey", "EnableKeyRotation", "ListGrants", "PutKeyPolicy"],
    ...["UpdateKeyDescription", "RevokeGrant", "DisableKey", "GetKeyPolicy", "DeleteAlias", "TagResource"],
    ...["UntagResource", "ScheduleKeyDeletion", "CancelKeyDeletion", "RotateKeyOnDemand"],
  ];
  for (const { values } of deployed.ofType("aws_kms_key"))
    calls.add("who administers keys", administrator(deployed), of("kms", ...actions), values.arn);
}

function flowsAreLogged(calls: NeededCalls): void {
  const { deployed } = calls;
  for (const { values } of deployed.ofType("aws_flow_log")) {
    const { iam_role_arn: roleArn, log_destination: groupArn } = values;
    calls.add(FLOW_LOGS, service("vpc-flow-logs.amazonaws.com"), "sts:AssumeRole", roleArn, {
      context: {
        "aws:SourceAccount": deployed.account,
        "aws:SourceArn": deployed.arn("ec2", "vpc-flow-log/fl-0a1b2c3d"),
      },
    });
    const self = role(deployed, roleArn);
    calls.add(
      FLOW_LOGS,
      self,
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      `${groupArn}:log-stream:eni-0a1b2c3d-all`,
    );
    calls.add(FLOW_LOGS, self, "logs:DescribeLogStreams", groupArn);
    calls.add(FLOW_LOGS, self, "logs:DescribeLogGroups", "*");
  }
}

/** RDS takes the role on, and writes with it to a log group of its own, one for all databases of an account. */
function instanceIsMonitored(calls: NeededCalls, roleArn: string, instance: string): void {
  const { deployed } = calls;
  calls.add(MONITORING, service("monitoring.rds.amazonaws.com"), "sts:AssumeRole", roleArn, {
    context: {
      "aws:SourceAccount": deployed.account,
      "aws:SourceArn": deployed.arn("rds", `db:${instance}`),
    },
  });
  const self = role(deployed, roleArn);
  const group = deployed.arn("logs", "log-group:RDSOSMetrics");
  calls.add(MONITORED, self, ["logs:CreateLogGroup", "logs:PutRetentionPolicy"], group);
  calls.add(
    MONITORED,
    self,
    of("logs", "CreateLogStream", "PutLogEvents", "DescribeLogStreams", "GetLogEvents"),
    `${group}:log-stream:db-0A1B2C3D`,
  );
}

function databaseIsKept(calls: NeededCalls, environment: Environment, name: string): void {
  const { deployed } = calls;
  const identifier = `${environment.namePrefix}-${name}`;
  for (const { values } of deployed
    .ofType("aws_rds_cluster_instance")
    .filter(({ values: { identifier: own } }) => String(own).startsWith(`${identifier}-`)))
    if (values.monitoring_role_arn) instanceIsMonitored(calls, values.monitoring_role_arn, values.identifier);
  const { keyArn = "" } = superuserOf(environment, name, deployed);
  const use: Readonly<Record<string, readonly string[]>> = {
    rds: ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey"],
    secretsmanager: ["Encrypt", "Decrypt", "GenerateDataKey"],
  };
  for (const [host, actions] of Object.entries(use))
    keyIsUsed(calls, administrator(deployed), RDS, keyArn, { service: host, actions });
}
