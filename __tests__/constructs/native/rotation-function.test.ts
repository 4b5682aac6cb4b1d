import type { Database } from "../../../constructs/contracts/database";
import { RotationFunction } from "../../../constructs/native/rotation-function";
import type { PasswordSettings } from "../../../lambda/rotation/contract/variables";
import { account, certificateAuthorityPem, database, host, rotationZip } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const secretArnPattern = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:app/*";
const secretsKeyArn = "arn:aws:kms:ap-northeast-2:111122223333:key/secrets";
const ownArn = "arn:aws:lambda:ap-northeast-2:111122223333:function:app-main-rotation";
const fromVpc = { test: "StringEquals", variable: "aws:SourceVpc", values: [host.network.vpcId] };
const viaSecretsManager = {
  test: "StringEquals",
  variable: "kms:ViaService",
  values: ["secretsmanager.ap-northeast-2.amazonaws.com"],
};

function rotationFunction(changes: Partial<Database> = {}, passwords: PasswordSettings = {}) {
  return synthesize(
    (scope) =>
      new RotationFunction(scope, "Rotation", {
        host,
        name: "main-rotation",
        code: rotationZip,
        database: { ...database, ...changes },
        passwords,
        secretArnPattern,
        secretsKeyArn,
        endpointVariables: { AWS_ENDPOINT_URL_SECRETS_MANAGER: "https://endpoint" },
      }),
  );
}

const { built, template, resolve } = rotationFunction();
const { policy } = template.resource("aws_iam_role_policy", { name: "rotation" });

test("may rotate the environment's secrets, if they name it as their rotation function", () => {
  expect(template.statement(policy, "RotateSecrets")).toEqual({
    sid: "RotateSecrets",
    actions: [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
    ],
    resources: [secretArnPattern],
    condition: [
      { test: "ArnEquals", variable: "secretsmanager:resource/AllowRotationLambdaArn", values: [ownArn] },
      fromVpc,
    ],
  });
});

test("may read the one superuser secret and not change it", () => {
  expect(template.statement(policy, "ReadSuperuser")).toEqual({
    sid: "ReadSuperuser",
    actions: ["secretsmanager:GetSecretValue"],
    resources: [database.superuserSecretArn],
    condition: [fromVpc],
  });
});

test("may use the secrets' key through Secrets Manager for these secrets only", () => {
  expect(template.statement(policy, "UseSecretsKey")).toEqual({
    sid: "UseSecretsKey",
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    resources: [secretsKeyArn],
    condition: [
      viaSecretsManager,
      { test: "ArnLike", variable: "kms:EncryptionContext:SecretARN", values: [secretArnPattern] },
    ],
  });
});

test("may decrypt with the superuser secret's key that secret only", () => {
  expect(template.statement(policy, "DecryptSuperuser")).toEqual({
    sid: "DecryptSuperuser",
    actions: ["kms:Decrypt"],
    resources: [database.superuserSecretKeyArn],
    condition: [
      viaSecretsManager,
      {
        test: "StringEquals",
        variable: "kms:EncryptionContext:SecretARN",
        values: [database.superuserSecretArn],
      },
    ],
  });
});

test("needs no key of the superuser secret where AWS manages it", () => {
  const { template } = rotationFunction({ superuserSecretKeyArn: undefined });
  const { policy } = template.resource("aws_iam_role_policy", { name: "rotation" });
  expect(template.statements(policy).map(({ sid }) => sid)).toEqual([
    "RotateSecrets",
    "ReadSuperuser",
    "UseSecretsKey",
  ]);
});

test("may do nothing besides", () => {
  expect(template.statements(policy)).toHaveLength(4);
  expect(template.resources("aws_iam_role_policy").map(({ name }) => name)).toEqual([
    "execution",
    "rotation",
  ]);
  expect(template.resources("aws_iam_role_policy_attachment")).toEqual([]);
});

test("is called by Secrets Manager on behalf of this account only", () => {
  expect(template.resource("aws_lambda_permission")).toEqual({
    statement_id: "secrets-manager",
    action: "lambda:InvokeFunction",
    function_name: template.reference("arn", "aws_lambda_function"),
    principal: "secretsmanager.amazonaws.com",
    source_account: account.id,
  });
});

test("is ready when it may be called and may do its work", () => {
  expect(built.readyToRotate.map((needed) => resolve(needed.fqn))).toEqual([
    template.reference("", "aws_iam_role_policy", "RotationPolicy"),
    template.reference("", "aws_lambda_permission"),
  ]);
});

test("knows the addresses of database and endpoint and the superuser secret's name, and no value", () => {
  expect(template.resource("aws_lambda_function").environment.variables).toEqual({
    DATABASE_HOSTS: database.host,
    SUPERUSER_SECRET_ARN: database.superuserSecretArn,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: "https://endpoint",
  });
});

test("knows a certificate authority of the database's own", () => {
  const { template } = rotationFunction({ certificateAuthority: certificateAuthorityPem });
  expect(template.resource("aws_lambda_function").environment.variables.DATABASE_CA_PEM).toBe(
    certificateAuthorityPem,
  );
});

test("keeps its addresses", () => {
  expect(template.addresses).toMatchSnapshot();
});

test("a database that may do without TLS is named to the function, and no other", () => {
  const variables = (changes: Partial<Database>) =>
    rotationFunction(changes).template.resource("aws_lambda_function").environment.variables;
  expect(variables({ allowWithoutTls: true })).toMatchObject({ HOSTS_WITHOUT_TLS: database.host });
  expect(variables({})).not.toHaveProperty("HOSTS_WITHOUT_TLS");
});

test("the password policy goes to the function in the names of AWS's functions", () => {
  const policy = {
    length: 40,
    excludeCharacters: "'${%{",
    excludePunctuation: true,
    requireEachIncludedType: false,
  };
  const { variables } = rotationFunction({}, policy).template.resource("aws_lambda_function").environment;
  expect(variables).toMatchObject({
    PASSWORD_LENGTH: "40",
    // As Terraform wants it; the function gets '${%{.
    EXCLUDE_CHARACTERS: "'$${%%{",
    EXCLUDE_PUNCTUATION: "true",
    REQUIRE_EACH_INCLUDED_TYPE: "false",
  });
  expect(variables).not.toHaveProperty("EXCLUDE_NUMBERS");
});
