import type { IamPolicy } from "../../../testbed/aws/iam-policy";
import { administrator, STRANGER, service } from "../../../testbed/iam/callers";
import { type AccessRequest, decide, PolicyIndex } from "../../../testbed/iam/decide";
import type { AttachedPolicy, Endpoint, PolicyKind } from "../../../testbed/iam/deployed";

const account = "111122223333";
const roleArn = `arn:aws:iam::${account}:role/app`;
const secret = `arn:aws:secretsmanager:ap-northeast-2:${account}:secret:orders-AbCdEf`;
const key = `arn:aws:kms:ap-northeast-2:${account}:key/1`;
const through: Endpoint = { id: "vpce-1", vpcId: "vpc-1", service: "secretsmanager", stack: "dev-native" };
const anybody = administrator({ account, roleArn: (name) => `arn:aws:iam::${account}:role/${name}` });

const allow = (Action: string, more: object = {}): IamPolicy => ({
  Statement: { Effect: "Allow", Action, Resource: "*", ...more },
});
const policy = (kind: PolicyKind, of: string, document: IamPolicy): AttachedPolicy => ({
  from: "stack/policy",
  kind,
  of,
  document,
});
const read: AccessRequest = {
  by: { kind: "AWS", arn: roleArn, account },
  action: "secretsmanager:GetSecretValue",
  resource: secret,
  account,
};
const verdict = (policies: readonly AttachedPolicy[], changes: Partial<AccessRequest> = {}) =>
  decide(new PolicyIndex(policies), { ...read, ...changes });

const mayRead = policy("identity", roleArn, allow("secretsmanager:GetSecretValue"));
const account1 = { Principal: { AWS: `arn:aws:iam::${account}:root` } };

test("in one account, the role's or the resource's policy is enough", () => {
  expect(verdict([])).toBe("not allowed");
  expect(verdict([mayRead])).toBe("allowed");
  const named = allow("secretsmanager:*", { Principal: { AWS: roleArn } });
  expect(verdict([policy("resource", secret, named)])).toBe("allowed");
  expect(verdict([policy("resource", secret, allow("secretsmanager:*", account1))])).toBe("not allowed");
});

test("from another account, both have to allow", () => {
  expect(verdict([], { by: STRANGER })).toBe("not allowed");
  const named = allow("secretsmanager:*", {
    Principal: { AWS: STRANGER.kind === "AWS" ? STRANGER.arn : "" },
  });
  expect(verdict([policy("resource", secret, named)], { by: STRANGER })).toBe("allowed");
});

test("a denial comes first, wherever it is", () => {
  const deny = allow("secretsmanager:*", { Effect: "Deny", Principal: "*" });
  for (const place of [
    policy("resource", secret, deny),
    policy("identity", roleArn, deny),
    policy("endpoint", through.id, deny),
    policy("boundary", roleArn, deny),
  ])
    expect(verdict([mayRead, place], { through })).toBe("denied");
});

test("an endpoint and a boundary must allow, too", () => {
  const other = allow("secretsmanager:PutSecretValue", { Principal: "*" });
  expect(verdict([mayRead, policy("endpoint", through.id, other)], { through })).toBe("not allowed");
  expect(verdict([mayRead, policy("endpoint", through.id, other)])).toBe("allowed");
  expect(verdict([mayRead, policy("boundary", roleArn, other)])).toBe("not allowed");
});

test("an endpoint says from which VPC a call comes", () => {
  const Condition = { StringEquals: { "aws:SourceVpc": "vpc-1" } };
  const fromVpc = policy("identity", roleArn, allow("secretsmanager:GetSecretValue", { Condition }));
  expect(verdict([fromVpc], { through })).toBe("allowed");
  expect(verdict([fromVpc])).toBe("not allowed");
});

test("a key's policy must let the account in, and IAM the role", () => {
  const decrypt = { action: "kms:Decrypt", resource: key };
  const mayDecrypt = policy("identity", roleArn, allow("kms:Decrypt"));
  const letsAccount = policy("resource", key, allow("kms:Decrypt", account1));
  expect(verdict([mayDecrypt, policy("resource", key, allow("kms:Encrypt", account1))], decrypt)).toBe(
    "not allowed",
  );
  expect(verdict([letsAccount], decrypt)).toBe("not allowed");
  expect(verdict([letsAccount, mayDecrypt], decrypt)).toBe("allowed");
});

test("a role is taken on by whom its trust names, and by nobody whom IAM alone lets", () => {
  const trust = policy(
    "trust",
    roleArn,
    allow("sts:AssumeRole", { Principal: { Service: "lambda.amazonaws.com" } }),
  );
  const assume = { action: "sts:AssumeRole", resource: roleArn };
  expect(verdict([trust], { ...assume, by: service("lambda.amazonaws.com") })).toBe("allowed");
  expect(verdict([trust], { ...assume, by: service("ec2.amazonaws.com") })).toBe("not allowed");
  expect(verdict([trust], { ...assume, by: anybody })).toBe("not allowed");
});

test("an object of S3 is guarded by its bucket's policy", () => {
  const bucket = policy("resource", "arn:aws:s3:::files", allow("s3:*", { Effect: "Deny", Principal: "*" }));
  const get = { action: "s3:GetObject", resource: "arn:aws:s3:::files/a/b", by: anybody };
  expect(verdict([], get)).toBe("allowed");
  expect(verdict([bucket], get)).toBe("denied");
});

test("one kind of policy can be asked alone", () => {
  const deny = policy("resource", secret, allow("secretsmanager:*", { Effect: "Deny", Principal: "*" }));
  expect(verdict([mayRead, deny], { alone: "identity" })).toBe("allowed");
  expect(verdict([deny], { alone: "resource" })).toBe("denied");
  expect(verdict([], { alone: "resource" })).toBe("allowed");
  expect(verdict([mayRead], { alone: "endpoint", through })).toBe("not allowed");
});
