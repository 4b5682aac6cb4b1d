import type { Changes } from "./changes";

const SECRET = "aws_secretsmanager_secret";
const ROTATION = "aws_secretsmanager_secret_rotation";
const POLICY = "aws_secretsmanager_secret_policy";
const ORDERS = "Secret-orders_";
const REPORTING = "Secret-reporting_";
const BILLING = "Secret-billing_";
const ORDERS_POLICY = "Secret-orders_PolicyDocument";
const REPORTING_POLICY = "Secret-reporting_PolicyDocument";
const BILLING_POLICY = "Secret-billing_PolicyDocument";
const ROTATION_POLICY = "Rotation-main_Function_RotationDocument";
const BILLING_ROTATION_POLICY = "Rotation-billing_Function_RotationDocument";
const ENDPOINT = "aws_vpc_endpoint";
const KEY_POLICY = "Native_Key_Policy";

export const NATIVE_RISKS: Changes = {
  "secret renamed": (stack) => stack.set(SECRET, REPORTING, { name: "secrets-prod/orders-2" }),
  "recovery window shortened": (stack) => stack.set(SECRET, ORDERS, { recovery_window_in_days: 7 }),
  "no recovery window": (stack) => stack.set(SECRET, BILLING, { recovery_window_in_days: 0 }),
  "secret with the default key": (stack) => stack.set(SECRET, ORDERS, { kms_key_id: null }),
  "rotation removed": (stack) => {
    stack.remove(ROTATION, ORDERS);
  },
  "rotation every 120 days": (stack) => {
    stack.set(ROTATION, BILLING, { rotation_rules: { automatically_after_days: 120 } });
  },
  "rotation half as often": (stack) => {
    stack.set(ROTATION, REPORTING, { rotation_rules: { automatically_after_days: 14 } });
  },
  "rotation by another function": (stack) =>
    stack.set(ROTATION, BILLING, {
      rotation_lambda_arn: "arn:aws:lambda:ap-northeast-2:123456789012:function:other",
    }),
  "deployers' guard removed": (stack) => {
    const statements = stack.statements(ORDERS_POLICY);
    statements.splice(statements.indexOf(stack.statement(ORDERS_POLICY, "OnlyDeployersDeleteOrChange")), 1);
  },
  "another deployer": (stack) => {
    const { condition } = stack.statement(BILLING_POLICY, "OnlyDeployersDeleteOrChange");
    condition[0]?.values.push("arn:aws:iam::123456789012:role/*");
  },
  "planners read every version": (stack) => {
    const { condition } = stack.statement(REPORTING_POLICY, "PlannersReadNoPassword");
    condition[1]?.values.push("*");
  },
  "secret policy allows everybody": (stack) => {
    const allow = structuredClone(stack.statement(BILLING_POLICY, "OnlyThisAccount"));
    stack.statements(BILLING_POLICY).push({ ...allow, sid: "Open", effect: "Allow", condition: [] });
  },
  "secret policy removed": (stack) => {
    stack.remove(POLICY, BILLING);
  },
  "secret policy overwritten": (stack) =>
    stack.add(POLICY, "Second", {
      secret_arn: stack.resource(POLICY, REPORTING).secret_arn,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Deny", Principal: "*", Action: "secretsmanager:CancelRotateSecret", Resource: "*" },
        ],
      }),
    }),
  "secret policy made anew": (stack) => {
    stack.set(SECRET, BILLING, { description: "Of billing" });
    const [, secret] = /^\$\{(.*)\.arn\}$/.exec(stack.resource(POLICY, BILLING).secret_arn) ?? [];
    stack.set(POLICY, BILLING, { lifecycle: { replace_triggered_by: [secret] } });
  },
  "alarm that terminates a server": (stack) =>
    stack.add("aws_cloudwatch_metric_alarm", "Terminate", {
      alarm_name: "secrets-prod-terminate",
      namespace: "AWS/EC2",
      metric_name: "CPUUtilization",
      statistic: "Average",
      comparison_operator: "GreaterThanThreshold",
      threshold: 1,
      period: 60,
      evaluation_periods: 1,
      dimensions: { InstanceId: "i-0a1b2c3d4e5f67890" },
      alarm_actions: ["arn:aws:automate:ap-northeast-2:ec2:terminate"],
    }),
  "public policies not blocked": (stack) => stack.set(POLICY, ORDERS, { block_public_policy: false }),
  "key policy for everybody": (stack) => {
    const [, through] = stack.statements(KEY_POLICY);
    if (through) Object.assign(through, { principals: [{ type: "AWS", identifiers: ["*"] }], condition: [] });
  },
  "key deleted sooner": (stack) => stack.set("aws_kms_key", "Native_Key", { deletion_window_in_days: 7 }),
  "endpoint policy widened": (stack) => {
    stack.statement("Native_Endpoint_Policy", "Secrets").resources = ["*"];
  },
  "endpoint without private names": (stack) => stack.set(ENDPOINT, "", { private_dns_enabled: false }),
  "endpoint removed": (stack) => {
    stack.remove(ENDPOINT, "");
  },
  "rotation of any secret": (stack) => {
    const statement = stack.statement(ROTATION_POLICY, "RotateSecrets");
    statement.condition = statement.condition.filter(
      ({ variable }) => !variable.includes("RotationLambdaArn"),
    );
  },
  "rotation function writes all secrets": (stack) =>
    stack.add("aws_iam_role_policy", "Repair", {
      role: stack.resource("aws_iam_role", "Rotation-main").name,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "secretsmanager:PutSecretValue", Resource: "*" }],
      }),
    }),
  "rotation function reads all secrets": (stack) => {
    stack.statement(BILLING_ROTATION_POLICY, "ReadSuperuser").resources = ["*"];
  },
  "rotation callable from any account": (stack) =>
    stack.unset("aws_lambda_permission", "Rotation-billing", "source_account"),
  "rotation not callable": (stack) => {
    stack.remove("aws_lambda_permission", "Rotation-main");
  },
  "literal secret": (stack) =>
    stack.add("aws_secretsmanager_secret_version", "Literal", {
      secret_id: stack.resource("aws_secretsmanager_secret_version", "orders").secret_id,
      secret_string: '{"password":"planted-Literal-4711"}',
    }),
  "another region": (stack) => {
    Object.assign(stack.json.provider.aws?.[0] ?? {}, { region: "us-east-1" });
  },
};

export const NATIVE_HARMLESS: Changes = {
  "rotates now": (stack) => stack.set(ROTATION, BILLING, { rotate_immediately: true }),
  "described otherwise": (stack) => stack.set(SECRET, BILLING, { description: "Database user of orders" }),
  "rotation more often": (stack) =>
    stack.set(ROTATION, REPORTING, { rotation_rules: { automatically_after_days: 3 } }),
  "longer rotation window": (stack) => {
    stack.resource(ROTATION, ORDERS).rotation_rules.duration = "4h";
  },
  "one more denial": (stack) => {
    const statement = structuredClone(stack.statement(REPORTING_POLICY, "OnlyThisAccount"));
    stack.statements(REPORTING_POLICY).push({ ...statement, sid: "AlsoDenied" });
  },
  "narrower endpoint policy": (stack) => {
    stack.statement("Native_Endpoint_Policy", "Secrets").actions.pop();
  },
  "alias forgotten": (stack) => {
    const id = stack.remove("aws_kms_alias", "Native_Key");
    stack.json.removed = [{ from: `aws_kms_alias.${id}`, lifecycle: { destroy: false } }];
  },
};
