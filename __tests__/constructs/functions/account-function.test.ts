import { AccountFunction } from "../../../constructs/functions/account-function";
import { functionProps, logsKeyArn } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const codeSigningConfigArn =
  "arn:aws:lambda:ap-northeast-2:111122223333:code-signing-config:csc-0a1b2c3d4e5f67890";

const { template } = synthesize((scope) => {
  new AccountFunction(scope, "Plain", { ...functionProps, name: "plain" });
  new AccountFunction(scope, "Strict", {
    ...functionProps,
    name: "strict",
    reservedConcurrency: 0,
    codeSigningConfigArn,
  });
});
const plain = template.resource("aws_lambda_function", { function_name: "app-plain" });

test("is outside the VPC", () => {
  expect(plain.vpc_config).toBeUndefined();
});

test("may write its log and nothing else", () => {
  const policies = template.resources("aws_iam_role_policy");
  const sids = policies.flatMap(({ policy }) => template.statements(policy).map(({ sid }) => sid));
  expect(sids).toEqual(["WriteLog", "WriteLog"]);
});

test("has an encrypted log group, as every function has", () => {
  const [group] = template.resources("aws_cloudwatch_log_group");
  expect(group).toMatchObject({ kms_key_id: logsKeyArn, retention_in_days: 30 });
});

test("takes no concurrency from other functions and needs no signature by itself", () => {
  expect(plain.reserved_concurrent_executions).toBeUndefined();
  expect(plain.code_signing_config_arn).toBeUndefined();
});

test("may be held to a number of calls at once, also none, and to signed code", () => {
  expect(template.resource("aws_lambda_function", { function_name: "app-strict" })).toMatchObject({
    reserved_concurrent_executions: 0,
    code_signing_config_arn: codeSigningConfigArn,
  });
});
