import { blocksOf, type Resource, type Values } from "../deployed/resources";
import { variablesOf } from "../network/parties";

/** Looks for what else is there. */
export type Find = (type: string) => readonly Values[];

/** What must be there before what; it is destroyed after it, too. */
export interface OrderRule {
  readonly later: string;
  readonly earlier: string;
  /** Whether this one waits for that one, by what they are called. */
  readonly concerns: (later: Resource, earlier: Resource, find: Find) => boolean;
  readonly why: string;
}

const SECURITY_GROUP_RULES = [
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
] as const;

export const ORDER_RULES: readonly OrderRule[] = [
  {
    later: "aws_lambda_function",
    earlier: "aws_cloudwatch_log_group",
    concerns: ({ values }, { values: group }) => group.name === `/aws/lambda/${values.function_name}`,
    why: "Lambda makes the log group of a function itself, neither encrypted nor with an end",
  },
  {
    later: "aws_lambda_function",
    earlier: "aws_iam_role_policy",
    concerns: ({ values }, { values: policy }, find) => isOfRole(policy, values.role, find),
    why: "whoever calls a function that is there finds it without permissions; and Lambda needs them after its end",
  },
  {
    later: "aws_lambda_function",
    earlier: "aws_security_group",
    concerns: ({ values }, { values: group }) => groupsOfFunction(values).includes(group.id),
    why: "a group that an interface has cannot be destroyed",
  },
  ...SECURITY_GROUP_RULES.map((earlier) => ({
    later: "aws_lambda_function",
    earlier,
    concerns: (made: Resource, rule: Resource) => reaches(made, rule),
    why: "a function that is called before its rule is there reaches nobody",
  })),
  {
    later: "aws_secretsmanager_secret_rotation",
    earlier: "aws_lambda_permission",
    concerns: ({ values }, { values: permission }) => permission.function_name === values.rotation_lambda_arn,
    why: "Secrets Manager refuses a rotation function that it may not call",
  },
  {
    later: "aws_secretsmanager_secret_rotation",
    earlier: "aws_iam_role_policy",
    concerns: ({ values }, { values: policy }, find) => {
      const rotation = find("aws_lambda_function").find(({ arn }) => arn === values.rotation_lambda_arn);
      return isOfRole(policy, rotation?.role, find);
    },
    why: "the first rotation runs at once",
  },
  {
    later: "aws_secretsmanager_secret_rotation",
    earlier: "aws_secretsmanager_secret_version",
    concerns: ({ values }, { values: version }) => version.secret_id === values.secret_id,
    why: "the first rotation reads the first version",
  },
  {
    later: "aws_secretsmanager_secret_rotation",
    earlier: "aws_secretsmanager_secret_policy",
    concerns: ({ values }, { values: policy }, find) => {
      const secret = find("aws_secretsmanager_secret").find(({ id }) => id === values.secret_id);
      return policy.secret_arn === secret?.arn;
    },
    why: "no password is in a secret that is not guarded",
  },
  {
    later: "aws_secretsmanager_secret_rotation",
    earlier: "aws_kms_key",
    concerns: ({ values }, { values: key }, find) => {
      const secret = find("aws_secretsmanager_secret").find(({ id }) => id === values.secret_id);
      return key.arn === secret?.kms_key_id;
    },
    why: "the first rotation encrypts and decrypts",
  },
  {
    later: "aws_secretsmanager_secret_rotation",
    earlier: "aws_vpc_endpoint",
    concerns: (rotation, endpoint) => endpoint.stack === rotation.stack,
    why: "the first rotation calls Secrets Manager",
  },
  ...SECURITY_GROUP_RULES.map((earlier) => ({
    later: "aws_secretsmanager_secret_rotation",
    earlier,
    concerns: (rotation: Resource, rule: Resource, find: Find) => {
      const { rotation_lambda_arn } = rotation.values;
      const values = find("aws_lambda_function").find(({ arn }) => arn === rotation_lambda_arn) ?? {};
      return !isOfVault(rule) && groupsOfRule(rule).some((group) => groupsOfFunction(values).includes(group));
    },
    why: "the first rotation calls Secrets Manager and the database",
  })),
  {
    later: "aws_secretsmanager_secret_rotation",
    earlier: "aws_rds_cluster_instance",
    concerns: ({ values }, { values: instance }, find) => {
      const rotation =
        find("aws_lambda_function").find(({ arn }) => arn === values.rotation_lambda_arn) ?? {};
      const host = variablesOf(rotation).DATABASE_HOSTS;
      return find("aws_rds_cluster").some(
        ({ id, endpoint }) => id === instance.cluster_identifier && endpoint === host,
      );
    },
    why: "a cluster without an instance answers nobody",
  },
  {
    later: "aws_flow_log",
    earlier: "aws_iam_role_policy",
    concerns: ({ values }, { values: policy }, find) => isOfRole(policy, values.iam_role_arn, find),
    why: "a flow log that cannot deliver loses what it saw",
  },
  {
    later: "aws_flow_log",
    earlier: "aws_cloudwatch_log_group",
    concerns: ({ values }, { values: group }) => values.log_destination === group.arn,
    why: "a flow log that cannot deliver loses what it saw",
  },
  {
    later: "aws_cloudwatch_event_target",
    earlier: "aws_sns_topic_policy",
    concerns: ({ values }, { values: policy }) => values.arn === policy.arn,
    why: "a message to a topic that does not let it in is lost",
  },
  {
    later: "aws_cloudwatch_metric_alarm",
    earlier: "aws_sns_topic_policy",
    concerns: ({ values }, { values: policy }) => (values.alarm_actions ?? []).includes(policy.arn),
    why: "an alarm that goes off is told once",
  },
  {
    later: "aws_scheduler_schedule",
    earlier: "aws_iam_role_policy",
    concerns: ({ values }, { values: policy }, find) => {
      const [target] = blocksOf(values, "target");
      const called = find("aws_lambda_function").find(({ arn }) => arn === target?.arn);
      return [target?.role_arn, called?.role].some((role) => isOfRole(policy, role, find));
    },
    why: "a schedule may call at once",
  },
  {
    later: "aws_lambda_function_event_invoke_config",
    earlier: "aws_iam_role_policy",
    concerns: ({ values }, { values: policy }, find) => {
      const sending = find("aws_lambda_function").find(
        ({ function_name }) => function_name === values.function_name,
      );
      return isOfRole(policy, sending?.role, find);
    },
    why: "Lambda refuses a destination that the function's role may not send to",
  },
  {
    later: "aws_cloudtrail",
    earlier: "aws_s3_bucket_policy",
    concerns: ({ values }, { values: policy }, find) => isOfBucket(policy, values.s3_bucket_name, find),
    why: "CloudTrail refuses a bucket that it may not write to",
  },
  {
    later: "aws_s3_bucket_policy",
    earlier: "aws_s3_bucket_public_access_block",
    concerns: ({ values }, { values: block }) => values.bucket === block.bucket,
    why: "S3 takes no policy while the block of public access is being made",
  },
  {
    later: "aws_s3_bucket_lifecycle_configuration",
    earlier: "aws_s3_bucket_versioning",
    concerns: ({ values }, { values: versioning }) => values.bucket === versioning.bucket,
    why: "S3 has old versions once it keeps any (provider's documentation, aws_s3_bucket_lifecycle_configuration)",
  },
  {
    later: "aws_rds_cluster",
    earlier: "aws_cloudwatch_log_group",
    concerns: ({ values }, { values: group }) =>
      group.name.startsWith(`/aws/rds/cluster/${values.cluster_identifier}/`),
    why: "RDS makes the log groups of a cluster itself, neither encrypted nor with an end",
  },
  {
    later: "aws_rds_cluster_instance",
    earlier: "aws_iam_role_policy_attachment",
    concerns: ({ values }, { values: attachment }, find) =>
      isOfRole(attachment, values.monitoring_role_arn, find),
    why: "RDS refuses a role for monitoring that may not write its log",
  },
  {
    later: "aws_route53_resolver_firewall_rule_group_association",
    earlier: "aws_route53_resolver_firewall_rule",
    concerns: ({ values }, { values: rule }) => rule.firewall_rule_group_id === values.firewall_rule_group_id,
    why: "with some of its rules alone, a group lets everything through or nothing",
  },
  {
    later: "aws_instance",
    earlier: "aws_iam_role_policy",
    concerns: ({ values }, { values: policy }, find) => {
      const profile = find("aws_iam_instance_profile").find(
        ({ name }) => name === values.iam_instance_profile,
      );
      return profile?.role === policy.role;
    },
    why: "a node reads its certificate and program when it boots",
  },
  {
    later: "aws_instance",
    earlier: "aws_vpc_endpoint",
    concerns: (machine, endpoint) => machine.stack === endpoint.stack,
    why: "a node calls AWS when it boots",
  },
  ...SECURITY_GROUP_RULES.map((earlier) => ({
    later: "aws_instance",
    earlier,
    concerns: ({ values, stack }: Resource, rule: Resource, find: Find) => {
      const ids = blocksOf(values, "network_interface").map(
        ({ network_interface_id }) => network_interface_id,
      );
      const own = find("aws_network_interface").filter(({ id }) => ids.includes(id));
      const groups = own.flatMap(({ security_groups }) => security_groups as string[]);
      return rule.stack === stack && groupsOfRule(rule).some((group) => groups.includes(group));
    },
    why: "a node calls AWS and the other nodes when it boots",
  })),
  {
    later: "aws_instance",
    earlier: "aws_cloudwatch_log_group",
    concerns: (machine, group) => machine.stack === group.stack,
    why: "a node writes its audit log from the first request on",
  },
  {
    later: "aws_instance",
    earlier: "aws_kms_key",
    concerns: ({ values }, { values: key }) =>
      blocksOf(values, "root_block_device").some(({ kms_key_id }) => kms_key_id === key.arn),
    why: "what a key encrypts is gone before the key",
  },
  {
    later: "aws_instance",
    earlier: "aws_s3_bucket_policy",
    concerns: ({ environment }, policy) =>
      environment === policy.environment && policy.stack.endsWith("-foundation"),
    why: "a node fetches its program and stores snapshots",
  },
  ...["aws_cloudwatch_log_group", "aws_ebs_volume", "aws_rds_cluster", "aws_secretsmanager_secret"].map(
    (later) => ({
      later,
      earlier: "aws_kms_key",
      concerns: ({ values }: Resource, { values: key }: Resource) => values.kms_key_id === key.arn,
      why: "what a key encrypts is gone before the key",
    }),
  ),
  {
    later: "aws_sns_topic",
    earlier: "aws_kms_key",
    concerns: ({ values }, { values: key }) => values.kms_master_key_id === key.arn,
    why: "what a key encrypts is gone before the key",
  },
  {
    later: "vault_aws_auth_backend_role",
    earlier: "vault_policy",
    concerns: ({ values }, { values: policy }) => (values.token_policies ?? []).includes(policy.name),
    why: "a login is good for what its policy allows",
  },
  {
    later: "vault_aws_auth_backend_role",
    earlier: "vault_aws_auth_backend_client",
    concerns: ({ values }, { values: client }) => values.backend === client.backend,
    why: "Vault looks a role up with the client's settings",
  },
];

/** A policy, or its attachment, of the role with that ARN. */
function isOfRole(policy: Values, roleArn: unknown, find: Find): boolean {
  return find("aws_iam_role").some(({ arn, name }) => arn === roleArn && name === policy.role);
}

function isOfBucket({ bucket }: Values, name: unknown, find: Find): boolean {
  return find("aws_s3_bucket").some((one) => one.id === bucket && one.bucket === name);
}

function groupsOfFunction(values: Values): readonly string[] {
  return blocksOf(values, "vpc_config").flatMap(({ security_group_ids }) => security_group_ids as string[]);
}

function groupsOfRule({ values }: Resource): readonly string[] {
  return [values.security_group_id, values.referenced_security_group_id].filter(Boolean);
}

function isOfVault({ stack }: Resource): boolean {
  return stack.endsWith("-vault");
}

/** What makes a rotation function waits for nothing: the rotation does. */
function reaches({ values, stack }: Resource, rule: Resource): boolean {
  if (stack === rule.stack || !groupsOfRule(rule).some((group) => groupsOfFunction(values).includes(group)))
    return false;
  const variables = variablesOf(values);
  if (isOfVault(rule)) return variables.VLE_VAULT_ADDR !== undefined;
  return rule.stack.endsWith("-native") ? variables.SECRET_PREFIX !== undefined : true;
}
