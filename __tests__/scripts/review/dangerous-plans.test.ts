import type { WrittenChange } from "./support/plans";
import { reviewed } from "./support/plans";
import { allow, change, foreign, ours, owner, policy } from "./support/rule-case";

const SECRET = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:secrets-prod/orders-AbCdEf";
const role = (statement: object) => ({
  type: "aws_iam_role",
  after: {
    name: "a",
    assume_role_policy: policy({ Effect: "Allow", Action: "sts:AssumeRole", ...statement }),
  },
});
const may = (action: string, resource: string) => ({
  type: "aws_iam_role_policy",
  after: { name: "a", role: "a", policy: policy(allow(action, resource)) },
});
const variable = (name: string, after = "b") =>
  change(
    "aws_lambda_function",
    { environment: [{ variables: { [name]: "a" } }] },
    { environment: [{ variables: { [name]: after } }] },
  );

/** What an attacker may try in a stack of `prod` whose account and resources are known. */
const DANGEROUS: Readonly<Record<string, readonly WrittenChange[]>> = {
  "a role for another account that reads a secret": [
    role(foreign),
    may("secretsmanager:GetSecretValue", SECRET),
  ],
  "a role of this account that reads a secret": [role(owner), may("secretsmanager:GetSecretValue", SECRET)],
  "writes any secret": [may("secretsmanager:P*", `${SECRET.split("secrets-prod")[0]}*`)],
  "changes a function's code": [may("lambda:UpdateFunctionCode", "arn:aws:lambda:r:111122223333:function:a")],
  "a secret that another account may read": [
    {
      type: "aws_secretsmanager_secret_policy",
      after: {
        secret_arn: SECRET,
        policy: policy({ ...allow("secretsmanager:GetSecretValue"), ...foreign }),
      },
    },
  ],
  "a function that another account may change": [
    {
      type: "aws_lambda_permission",
      after: { action: "lambda:*", principal: "999999999999", function_name: "a", statement_id: "a" },
    },
  ],
  "a function on the internet": [
    { type: "aws_lambda_function_url", after: { authorization_type: "NONE", function_name: "a" } },
  ],
  "a grant of a key": [{ type: "aws_kms_grant", after: { grantee_principal: "a", operations: ["Decrypt"] } }],
  "an access key": [{ type: "aws_iam_access_key", after: { user: "a" } }],
  "a snapshot for another account": [
    { type: "aws_db_cluster_snapshot", after: { shared_accounts: ["999999999999"] } },
  ],
  "a secret in another Region": [
    {
      type: "aws_secretsmanager_secret",
      after: { name: "a", replica: [{ region: "us-east-1" }] },
    },
  ],
  "every port of a database": [
    {
      type: "aws_vpc_security_group_ingress_rule",
      after: {
        security_group_id: "sg-1",
        referenced_security_group_id: "sg-2",
        from_port: 0,
        to_port: 65535,
        ip_protocol: "tcp",
      },
    },
  ],
  "other groups of a database": [
    change("aws_rds_cluster", { vpc_security_group_ids: ["sg-1"] }, { vpc_security_group_ids: ["sg-2"] }),
  ],
  "the Data API of a database": [
    change("aws_rds_cluster", { enable_http_endpoint: false }, { enable_http_endpoint: true }),
  ],
  "parameters without TLS": [
    change(
      "aws_rds_cluster",
      { db_cluster_parameter_group_name: "a" },
      { db_cluster_parameter_group_name: "default.aurora-postgresql16" },
    ),
  ],
  "a role of a database": [
    change("aws_rds_cluster", { iam_roles: [] }, { iam_roles: ["arn:aws:iam::1:role/a"] }),
  ],
  "a login of Vault for everybody": [
    {
      type: "vault_aws_auth_backend_role",
      after: { role: "a", bound_iam_principal_arns: ["*"], token_policies: ["operator"] },
    },
  ],
  "a policy of Vault by its API": [
    { type: "vault_generic_endpoint", after: { path: "sys/policies/acl/operator", data_json: "{}" } },
  ],
  "logins of Vault by passwords": [
    { type: "vault_auth_backend", after: { type: "userpass", path: "userpass" } },
  ],
  "Vault asks another server who logs in": [
    change(
      "vault_aws_auth_backend_client",
      { sts_endpoint: "a", sts_region: "a" },
      { sts_endpoint: "a", sts_region: "b" },
    ),
  ],
  "Vault on the internet": [
    { ...change("aws_lb", { internal: true }, { internal: false }), actions: ["delete", "create"] },
  ],
  "Vault's name leads elsewhere": [change("aws_route53_record", { records: ["a"] }, { records: ["b"] })],
  "Vault's traffic goes elsewhere": [
    { type: "aws_lb_target_group_attachment", after: { target_id: "10.0.0.9", port: 8200 } },
  ],
  "what a Vault server begins with": [change("aws_instance", { user_data: "a" }, { user_data: "b" })],
  "another role of a Vault server": [
    change("aws_instance", { iam_instance_profile: "a" }, { iam_instance_profile: "b" }),
  ],
  "metadata of a Vault server": [
    change(
      "aws_instance",
      { metadata_options: [{ http_tokens: "required" }] },
      { metadata_options: [{ http_tokens: "optional" }] },
    ),
  ],
  "a bucket of snapshots for the public": [
    { type: "aws_s3_bucket_public_access_block", before: { block_public_policy: true } },
  ],
  "snapshots that are not kept": [
    change("aws_s3_bucket_lifecycle_configuration", { rule: [{ id: "a" }] }, { rule: [{ id: "b" }] }),
  ],
  "snapshots that are overwritten": [
    change(
      "aws_s3_bucket_versioning",
      { versioning_configuration: [{ status: "Enabled" }] },
      { versioning_configuration: [{ status: "Suspended" }] },
    ),
  ],
  "the password of before is current": [
    change(
      "aws_secretsmanager_secret_version",
      { version_stages: ["A"] },
      { version_stages: ["AWSCURRENT"] },
    ),
  ],
  "a policy of another secret": [
    {
      ...change("aws_secretsmanager_secret_policy", { secret_arn: "a" }, { secret_arn: "b" }),
      actions: ["delete", "create"],
    },
  ],
  "a policy of another role": [
    { ...change("aws_iam_role_policy", { role: "a" }, { role: "b" }), actions: ["delete", "create"] },
  ],
  "a rotation by an own function": [
    {
      type: "aws_secretsmanager_secret_rotation",
      after: { secret_id: SECRET, rotation_lambda_arn: "arn:aws:lambda:r:111122223333:function:a" },
    },
  ],
  "passwords are sent to another host": [variable("DATABASE_HOSTS")],
  "a function loads something else": [variable("NODE_OPTIONS")],
  "a function's code comes from elsewhere": [
    change("aws_lambda_function", { s3_bucket: null }, { s3_bucket: "b" }),
  ],
  "a function keeps files": [
    change("aws_lambda_function", { file_system_config: [] }, { file_system_config: [{ arn: "a" }] }),
  ],
  "a new function with the role of another": [
    {
      type: "aws_lambda_function",
      after: { function_name: "a", role: "arn:aws:iam::111122223333:role/orders" },
    },
  ],
  "logs go elsewhere": [{ type: "aws_cloudwatch_log_subscription_filter", after: { destination_arn: "a" } }],
  "flow logs go elsewhere": [
    {
      ...change("aws_flow_log", { log_destination: "a" }, { log_destination: "b" }),
      actions: ["delete", "create"],
    },
  ],
  "an alarm that never rings": [change("aws_cloudwatch_metric_alarm", { threshold: 1 }, { threshold: 1e9 })],
  "events that nobody is told": [
    change("aws_cloudwatch_event_rule", { state: "ENABLED" }, { state: "DISABLED" }),
  ],
  "calls that are not recorded": [
    change("aws_cloudtrail", { event_selector: [{ a: "b" }] }, { event_selector: [{ a: "c" }] }),
  ],
  "somebody else is told": [{ type: "aws_sns_topic_subscription", after: { endpoint: "a@example.com" } }],
  "a schedule calls something else": [
    change("aws_scheduler_schedule", { target: [{ arn: "a" }] }, { target: [{ arn: "b" }] }),
  ],
  "a guard is forgotten": [{ type: "aws_secretsmanager_secret_policy", actions: ["forget"], before: {} }],
  "statements with passwords are logged": [
    change(
      "aws_rds_cluster_parameter_group",
      { parameter: [{ name: "log_statement", value: "ddl" }] },
      { parameter: [{ name: "log_statement", value: "all" }] },
    ),
  ],
  "a new login of Vault for an own role": [
    { type: "vault_policy", actions: ["no-op"], before: { name: "orders" }, after: { name: "orders" } },
    {
      type: "vault_aws_auth_backend_role",
      after: {
        role: "a",
        bound_iam_principal_arns: ["arn:aws:iam::111122223333:role/a"],
        token_policies: ["orders"],
        token_bound_cidrs: ["10.0.0.0/8"],
      },
    },
  ],
  "an alias of another key": [change("aws_kms_alias", { target_key_id: "a" }, { target_key_id: "b" })],
  "a key that nobody can manage any more": [
    change(
      "aws_kms_key",
      { bypass_policy_lockout_safety_check: false },
      { bypass_policy_lockout_safety_check: true },
    ),
  ],
  "names are looked up elsewhere": [{ type: "aws_route53_resolver_rule", after: { domain_name: "." } }],
  "names are allowed": [
    { type: "aws_route53_resolver_firewall_rule", after: { action: "ALLOW", priority: 1 } },
  ],
  "a subnet with other routes": [
    change("aws_route_table_association", { route_table_id: "a" }, { route_table_id: "b" }),
  ],
  "a way to somebody's service": [
    {
      type: "aws_vpc_endpoint",
      after: { service_name: "com.amazonaws.vpce.r.vpce-svc-1", policy: policy(allow("a:B")) },
    },
  ],
};

test.each(Object.entries(DANGEROUS))("is not called safe: %s", (_, changes) => {
  // Something that stays says that this is no first deployment.
  const vpc = { type: "aws_vpc", address: "aws_vpc.old", actions: ["no-op"], before: {}, after: {} };
  const { plan } = ours() as { plan: Record<string, unknown> };
  expect(reviewed([vpc, ...changes], plan).verdict).not.toBe("safe");
});
