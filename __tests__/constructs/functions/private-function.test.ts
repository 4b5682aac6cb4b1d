import { PrivateFunction } from "../../../constructs/functions/private-function";
import { account, functionProps, logsKeyArn, network } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const { resolve, built, template } = synthesize((scope) => {
  const reader = new PrivateFunction(scope, "Reader", { ...functionProps, variables: { HOST: "db" } });
  reader.allow("ReadTable", [{ actions: ["dynamodb:GetItem"], resources: ["arn:table"] }]);
  reader.addVariables({ TABLE: "t" });
  reader.addVariables({ INDEX: "i" });
  return reader;
});
const lambda = template.resource("aws_lambda_function");

test("runs in the private subnets with the functions' security group", () => {
  expect(lambda.vpc_config).toEqual({ subnet_ids: network.subnetIds, security_group_ids: ["sg-lambda"] });
});

test("runs the handler of the bundle on arm64", () => {
  expect(lambda).toMatchObject({
    handler: "index.handler",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    timeout: 30,
    memory_size: 256,
  });
});

test("is trusted to Lambda only", () => {
  expect(template.statements(template.resource("aws_iam_role").assume_role_policy)).toEqual([
    {
      actions: ["sts:AssumeRole"],
      principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }],
    },
  ]);
});

test("writes its log into an encrypted group that forgets", () => {
  expect(template.resource("aws_cloudwatch_log_group")).toEqual({
    name: "/aws/lambda/app-reader",
    kms_key_id: logsKeyArn,
    retention_in_days: 30,
  });
});

test("is denied network interfaces under the ARN that it runs as", () => {
  const { policy } = template.resource("aws_iam_role_policy", { name: "execution" });
  expect(template.statement(policy, "DenyNetworkInterfacesToCode").condition).toEqual([
    {
      test: "ArnEquals",
      variable: "lambda:SourceFunctionArn",
      values: [account.arn("lambda", "function:app-reader")],
    },
  ]);
  expect(resolve(built.functionArn)).toBe(template.reference("arn", "aws_lambda_function"));
});

test("comes after its role's policies and its log group, and is removed before them", () => {
  expect(lambda.depends_on).toEqual([
    template.address("aws_cloudwatch_log_group"),
    template.address("aws_iam_role_policy", "Execution"),
    template.address("aws_iam_role_policy", "ReadTable"),
  ]);
});

test("is made again with its role, for which alone Lambda decrypts its variables", () => {
  expect(template.resource("terraform_data").input).toEqual({
    uniqueId: template.reference("unique_id", "aws_iam_role"),
  });
  expect(lambda.lifecycle).toEqual({ replace_triggered_by: [template.address("terraform_data")] });
});

test("may do what was allowed later, by a policy of its own", () => {
  const { role, policy } = template.resource("aws_iam_role_policy", { name: "readtable" });
  expect(role).toBe(template.reference("name", "aws_iam_role"));
  expect(template.statements(policy)).toEqual([{ actions: ["dynamodb:GetItem"], resources: ["arn:table"] }]);
});

test("keeps the variables it had when more are added", () => {
  expect(lambda.environment).toEqual({ variables: { HOST: "db", TABLE: "t", INDEX: "i" } });
});

test("has each layer once, in the order in which they were added", () => {
  const { template } = synthesize((scope) => {
    const reader = new PrivateFunction(scope, "Reader", functionProps);
    for (const layer of ["arn:b", "arn:a", "arn:b"]) reader.addLayer(layer);
  });
  expect(template.resource("aws_lambda_function").layers).toEqual(["arn:b", "arn:a"]);
});

test("runs on x86_64 where asked to", () => {
  const { built, template } = synthesize(
    (scope) => new PrivateFunction(scope, "Reader", { ...functionProps, architecture: "x86_64" }),
  );
  expect(built.architecture).toBe("x86_64");
  expect(template.resource("aws_lambda_function").architectures).toEqual(["x86_64"]);
});

test("tells name and ARN of its role before it is there, and the unique id once it is", () => {
  expect(built.role).toMatchObject({
    name: "app-reader",
    arn: "arn:aws:iam::111122223333:role/app-reader",
  });
  expect(template.resource("aws_iam_role").name).toBe(built.role.name);
  expect(resolve(built.role.uniqueId)).toBe(template.reference("unique_id", "aws_iam_role"));
});

test("keeps its shape", () => {
  const { template: plain } = synthesize((scope) => new PrivateFunction(scope, "Reader", functionProps));
  expect(plain.snapshot()).toMatchSnapshot();
});

test.each([
  ["a name that is too long", "r".repeat(70)],
  ["a name with other characters", "read.er"],
])("refuses %s, which Lambda would refuse in the middle of a deploy", (_, name) => {
  expect(() =>
    synthesize((scope) => new PrivateFunction(scope, "Reader", { ...functionProps, name })),
  ).toThrow(
    `test/Reader: \`name\` must hold letters, digits, _ and - only, and 64 characters at most with the prefix, got "app-${name}"`,
  );
});

test("refuses the name of another function of the app, which Lambda would refuse in the middle of a deploy", () => {
  expect(() =>
    synthesize((scope) => {
      new PrivateFunction(scope, "Reader", functionProps);
      return new PrivateFunction(scope, "Other", functionProps);
    }),
  ).toThrow(
    /^test\/Other: `name` must be no other function's, and app-\S+ is that of test\/Reader; name one/,
  );
});
