import { CredentialHealth } from "../../../constructs/operations/credential-health";
import { readChecked } from "../../../lambda/credential-health/contract/variables";
import { account, database, host, rotationZip } from "../../support/fixtures";
import { shippedEnvironment, synthesizeEnvironment } from "../../support/shipped";
import { synthesize } from "../../support/template";

const rotationFunctionArn = account.arn("lambda", "function:app-main-rotation");
const secretArnPattern = account.arn("secretsmanager", "secret:app/*");
const secretsKeyArn = account.arn("kms", "key/secrets");
const fromVpc = { test: "StringEquals", variable: "aws:SourceVpc", values: ["vpc-1"] };

const { template } = synthesize((scope) => {
  const native = { secretArnPattern, secretsKeyArn, rotationFunctionArn };
  new CredentialHealth(scope, "Health", {
    host,
    databaseName: "main",
    database,
    secrets: ["orders"],
    native,
    code: rotationZip,
  });
});
const policyOf = (name: string) => template.resource("aws_iam_role_policy", { name }).policy;

test("reads the secrets that its database's rotation function rotates, from the VPC, and no others", () => {
  const reading = template
    .statements(policyOf("readsecrets"))
    .filter(({ actions }) => actions.includes("secretsmanager:GetSecretValue"));
  const ofDatabase = {
    test: "ArnEquals",
    variable: "secretsmanager:resource/AllowRotationLambdaArn",
    values: [rotationFunctionArn],
  };
  expect(reading).toMatchObject([{ resources: [secretArnPattern], condition: [ofDatabase, fromVpc] }]);
});

test("changes nothing, and does not read the superuser", () => {
  const actions = template.statements(policyOf("readsecrets")).flatMap((statement) => statement.actions);
  expect(actions).toEqual([
    "secretsmanager:GetSecretValue",
    "secretsmanager:DescribeSecret",
    "secretsmanager:ListSecretVersionIds",
    "kms:Decrypt",
  ]);
  expect(template.text).not.toContain(database.superuserSecretArn);
});

test("sends what it finds to the default event bus, and may send nothing elsewhere", () => {
  const bus = account.arn("events", "event-bus/default");
  expect(template.statements(policyOf("reportfindings"))).toMatchObject([
    {
      actions: ["events:PutEvents"],
      resources: [bus],
      condition: expect.arrayContaining([
        { test: "StringEquals", variable: "events:source", values: ["lambda"] },
      ]),
    },
  ]);
  expect(template.resource("aws_lambda_function_event_invoke_config").destination_config).toEqual({
    on_success: { destination: bus },
  });
});

test("is told of its database's host and no other, and which secrets make a check complete", () => {
  expect(template.resource("aws_lambda_function").environment.variables).toEqual({
    DATABASE_ENGINE: "aurora-postgresql",
    DATABASE_HOSTS: "writer.example",
    DATABASE_NAME: "main",
    ENVIRONMENT_NAME: "app",
    SECRETS_DIGEST: expect.stringMatching(/^[\w+/]{43}=$/),
  });
});

test("each schedule's event is what makes a check complete", () => {
  const stack = synthesizeEnvironment(shippedEnvironment("prod")).stack("functions");
  const checks = stack
    .resources("aws_scheduler_schedule")
    .filter(({ name }) => /-health$/.test(name))
    .map(({ name, target }) => {
      const { environment } = stack.resource("aws_lambda_function", { function_name: name });
      const { isComplete } = readChecked({ DATABASE_ENGINE: "any", ...environment.variables });
      const { secrets } = JSON.parse(target.input);
      return [name, isComplete(secrets), isComplete(secrets.slice(1))];
    });
  expect(checks).toEqual([
    ["secrets-prod-billing-health", true, false],
    ["secrets-prod-main-health", true, false],
  ]);
});
