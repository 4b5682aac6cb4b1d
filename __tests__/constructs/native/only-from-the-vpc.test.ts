import { PrivateFunction } from "../../../constructs/functions/private-function";
import { NativeBackend } from "../../../constructs/native/native-backend";
import { evaluate, type IamPolicy } from "../../../testbed/aws/iam-policy";
import { policyOf } from "../../../testbed/deployed/given";
import { account, database, functionProps, host, rotationZip } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const { template } = synthesize((scope) => {
  const backend = new NativeBackend(scope, "Native", {
    host,
    databases: { main: database },
    secrets: [
      { name: "orders", database: "main", user: "orders", strategy: "single-user", schedule: "rate(7 days)" },
    ],
    rotation: { code: rotationZip, immediately: true },
    secretRecoveryDays: 30,
  });
  backend.grantRead(new PrivateFunction(scope, "Reader", functionProps), "orders");
});

/** All inline policies of a role. */
function policiesOf(role: string): IamPolicy[] {
  const { name } = template.resource("aws_iam_role", { name: role });
  const reference = template.reference("name", "aws_iam_role", name === "app-reader" ? "Reader" : "Rotation");
  return template
    .resources("aws_iam_role_policy")
    .filter((policy) => policy.role === reference)
    .map(({ policy }) => policyOf(template.statements(policy)));
}

const rotationArn = account.arn("lambda", "function:app-main-rotation");
const READER = {
  policies: policiesOf("app-reader"),
  secret: template.reference("arn", "aws_secretsmanager_secret"),
};
const ROTATION = {
  policies: policiesOf("app-main-rotation"),
  secret: account.arn("secretsmanager", "secret:app/orders-AbCdEf"),
};
const SUPERUSER = { ...ROTATION, secret: database.superuserSecretArn };

const reaches = [
  ["a function reads its secret", READER, "GetSecretValue"],
  ["the rotation function reads a secret", ROTATION, "GetSecretValue"],
  ["the rotation function writes a secret", ROTATION, "PutSecretValue"],
  ["the rotation function moves a label", ROTATION, "UpdateSecretVersionStage"],
  ["the rotation function describes a secret", ROTATION, "DescribeSecret"],
  ["the rotation function reads the superuser secret", SUPERUSER, "GetSecretValue"],
] as const;

describe.each(reaches)("%s", (_, { policies, secret }, action) => {
  const verdict = (context: Record<string, string>) =>
    evaluate(policies, {
      action: `secretsmanager:${action}`,
      resource: secret,
      context: { "secretsmanager:resource/AllowRotationLambdaArn": rotationArn, ...context },
    });

  test("from the VPC", () => {
    expect(verdict({ "aws:SourceVpc": host.network.vpcId })).toBe("allowed");
  });

  test.each([
    ["another VPC", { "aws:SourceVpc": "vpc-2" }],
    ["the internet", {}],
  ])("not from %s, with the same credentials", (_, context) => {
    expect(verdict(context)).toBe("not allowed");
  });
});

/** What Lambda and Secrets Manager do with a role is not done from the VPC. */
test.each([
  ["Lambda attaches a function to the VPC", READER, "ec2:CreateNetworkInterface", "*", {}],
  [
    "Lambda writes the log",
    READER,
    "logs:PutLogEvents",
    `${template.reference("arn", "aws_cloudwatch_log_group", "Reader")}:*`,
    {},
  ],
  [
    "Secrets Manager decrypts for a function",
    READER,
    "kms:Decrypt",
    template.reference("arn", "aws_kms_key"),
    {
      "kms:ViaService": "secretsmanager.ap-northeast-2.amazonaws.com",
      "kms:EncryptionContext:SecretARN": account.arn("secretsmanager", "secret:app/orders-AbCdEf"),
    },
  ],
  [
    "Secrets Manager encrypts for the rotation function",
    ROTATION,
    "kms:GenerateDataKey",
    template.reference("arn", "aws_kms_key"),
    {
      "kms:ViaService": "secretsmanager.ap-northeast-2.amazonaws.com",
      "kms:EncryptionContext:SecretARN": account.arn("secretsmanager", "secret:app/orders-AbCdEf"),
    },
  ],
] as const)("%s from wherever it is", (_, { policies }, action, resource, context) => {
  expect(evaluate(policies, { action, resource, context })).toBe("allowed");
});
