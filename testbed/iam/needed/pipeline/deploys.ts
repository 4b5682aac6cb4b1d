import type { Environment } from "../../../../constructs/environment";
import type { Caller } from "../../decide";
import { keyIsUsed, type NeededCalls, of } from "../needed-call";
import { madeWithTags, roleIsPassed, serviceIsUsedFirst } from "./made";

const DEPLOY = "npm run deploy";
const RDS_GROUPS =
  'Service Authorization Reference, "Amazon RDS"; Amazon RDS User Guide, "Allow a user to create DB instances"';
const RDS_KEYS = 'Amazon RDS User Guide, "AWS KMS key management"';
const RDS_SECRETS =
  'Amazon Aurora User Guide, "Password management with Amazon Aurora and AWS Secrets Manager"';
const QUERY_LOG =
  'Amazon Route 53 Developer Guide, "Resolver query logging" and "AWS resources that you can send logs to"';
const PRIVATE_DNS = 'AWS PrivateLink Guide, "Create a VPC endpoint"';
const ROTATE = 'AWS Secrets Manager API Reference, "RotateSecret"';
const LAYERS = 'AWS Lambda Developer Guide, "Granting layer access to other accounts"';

/** What makes tags, by the type of what gets them: its kind in ARNs, and the call. */
const TAGGED: Readonly<Record<string, readonly [kind: string, action: string]>> = {
  aws_vpc: ["vpc", "CreateVpc"],
  aws_subnet: ["subnet", "CreateSubnet"],
  aws_route_table: ["route-table", "CreateRouteTable"],
  aws_security_group: ["security-group", "CreateSecurityGroup"],
  aws_vpc_security_group_ingress_rule: ["security-group-rule", "AuthorizeSecurityGroupIngress"],
  aws_vpc_security_group_egress_rule: ["security-group-rule", "AuthorizeSecurityGroupEgress"],
  aws_vpc_endpoint: ["vpc-endpoint", "CreateVpcEndpoint"],
  aws_flow_log: ["vpc-flow-log", "CreateFlowLogs"],
  aws_network_interface: ["network-interface", "CreateNetworkInterface"],
  aws_ebs_volume: ["volume", "CreateVolume"],
  aws_instance: ["instance", "RunInstances"],
};

export function networkIsMade(calls: NeededCalls, { name }: Environment, by: Caller): void {
  const { deployed } = calls;
  calls.add(DEPLOY, by, of("ec2", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress"), "*");
  calls.add(DEPLOY, by, of("kms", "CreateKey", "CreateAlias", "EnableKeyRotation", "PutKeyPolicy"), "*");
  for (const [type, [kind, action]] of Object.entries(TAGGED))
    if (deployed.ofType(type).length > 0) madeWithTags(calls, by, kind, action);
  if (deployed.ofType("aws_default_security_group").length > 0)
    calls.add(DEPLOY, by, "ec2:CreateTags", deployed.arn("ec2", "security-group/sg-0a1b2c3d"));
  if (deployed.ofType("aws_vpc").length > 0)
    calls.add(
      "another tag later",
      by,
      of("ec2", "CreateTags", "DeleteTags"),
      deployed.arn("ec2", "vpc/vpc-0a1b2c3d"),
      {
        context: { "aws:ResourceTag/Stack": `${name}-foundation` },
      },
    );
  for (const { values } of deployed.ofType("aws_flow_log"))
    roleIsPassed(calls, by, values.iam_role_arn, "vpc-flow-logs");
  if (deployed.ofType("aws_vpc_endpoint").length > 0)
    calls.add(PRIVATE_DNS, by, "route53:AssociateVPCWithHostedZone", "*");
  if (deployed.ofType("aws_route53_resolver_query_log_config").length > 0) {
    calls.add(
      QUERY_LOG,
      by,
      of("logs", "CreateLogDelivery", "PutResourcePolicy", "DescribeResourcePolicies"),
      "*",
    );
    serviceIsUsedFirst(calls, by, "route53resolver.amazonaws.com", "AWSServiceRoleForRoute53Resolver");
  }
}

export function databasesAreMade(calls: NeededCalls, _: Environment, by: Caller): void {
  const { deployed } = calls;
  const arn = (kind: string, name: string) => deployed.arn("rds", `${kind}:${name}`);
  for (const { values } of deployed.ofType("aws_rds_cluster")) {
    const { cluster_identifier: cluster, db_subnet_group_name: subnets, kms_key_id: keyArn } = values;
    calls.add(DEPLOY, by, of("rds", "CreateDBCluster", "AddTagsToResource", "DeleteDBCluster"), values.arn);
    calls.add(RDS_GROUPS, by, "rds:CreateDBCluster", arn("subgrp", subnets));
    calls.add(
      RDS_GROUPS,
      by,
      "rds:CreateDBCluster",
      arn("cluster-pg", values.db_cluster_parameter_group_name),
    );
    // Those that the call does not name, as the project makes none.
    const options = arn("og", `default:${values.engine}-1`);
    const parameters = arn("pg", `default.${values.engine}1`);
    calls.add(RDS_GROUPS, by, of("rds", "CreateDBCluster", "CreateDBInstance"), options);
    calls.add(RDS_GROUPS, by, "rds:CreateDBInstance", parameters);
    if (values.final_snapshot_identifier)
      calls.add(
        RDS_GROUPS,
        by,
        of("rds", "DeleteDBCluster", "CreateDBClusterSnapshot"),
        arn("cluster-snapshot", values.final_snapshot_identifier),
      );
    calls.add(RDS_GROUPS, by, "rds:CreateDBInstance", arn("db", `${cluster}-1`));
    keyIsUsed(calls, by, RDS_KEYS, keyArn, { service: "rds", actions: ["Decrypt", "GenerateDataKey"] });
    const [{ secret_arn: superuser }] = values.master_user_secret;
    calls.add(RDS_SECRETS, by, of("secretsmanager", "CreateSecret", "TagResource"), superuser);
    const secretsKey = values.master_user_secret_kms_key_id;
    keyIsUsed(calls, by, RDS_SECRETS, secretsKey, {
      service: "secretsmanager",
      actions: ["Decrypt", "GenerateDataKey"],
    });
  }
  for (const { values } of deployed.ofType("aws_rds_cluster_instance"))
    if (values.monitoring_role_arn) roleIsPassed(calls, by, values.monitoring_role_arn, "monitoring.rds");
  if (deployed.ofType("aws_rds_cluster").length > 0)
    serviceIsUsedFirst(calls, by, "rds.amazonaws.com", "AWSServiceRoleForRDS");
}

export function secretsAreMade(calls: NeededCalls, { namePrefix, secrets }: Environment, by: Caller): void {
  const { deployed } = calls;
  for (const { name, arn, rotatedBy } of deployed.secrets.filter(({ name: one }) =>
    secrets.some((secret) => one === `${namePrefix}/${secret.name}`),
  )) {
    if (rotatedBy) calls.add(ROTATE, by, "lambda:InvokeFunction", rotatedBy);
    const context = { "secretsmanager:SecretId": arn, "secretsmanager:Name": name };
    calls.add(
      DEPLOY,
      by,
      of(
        "secretsmanager",
        "CreateSecret",
        "TagResource",
        "PutResourcePolicy",
        "RotateSecret",
        "DeleteSecret",
      ),
      arn,
      { context },
    );
  }
}

export function functionsAreMade(calls: NeededCalls, _: Environment, by: Caller): void {
  const { deployed } = calls;
  for (const { arn, roleArn } of deployed.functions) {
    calls.add(DEPLOY, by, of("lambda", "CreateFunction", "TagResource"), arn);
    roleIsPassed(calls, by, roleArn, "lambda");
  }
  const layers = deployed.ofType("aws_lambda_function").flatMap(({ values }) => values.layers ?? []);
  // Its owner has shared it.
  for (const layer of new Set<string>(layers)) calls.add(LAYERS, by, "lambda:GetLayerVersion", layer);
  for (const { values } of deployed.ofType("aws_iam_role").filter(({ stack }) => !stack.endsWith("-ci")))
    calls.add(DEPLOY, by, of("iam", "CreateRole", "TagRole", "PutRolePolicy"), values.arn);
  for (const { values } of deployed.ofType("aws_cloudwatch_log_group"))
    calls.add(
      DEPLOY,
      by,
      of("logs", "CreateLogGroup", "AssociateKmsKey", "TagResource"),
      deployed.arn("logs", `log-group:${values.name}`),
    );
}
