import {
  evaluate,
  type IamPrincipal,
  type IamStatement,
  type Say,
  says,
} from "../../../testbed/aws/iam-policy";

const allow: IamStatement = { Effect: "Allow", Action: "s3:Get*", Resource: "arn:bucket/*" };

function verdict(statement: Partial<IamStatement>, context?: Record<string, string>) {
  const policy = { Statement: [{ ...allow, ...statement }] };
  return evaluate([policy], { action: "s3:GetObject", resource: "arn:bucket/a", context });
}

test("a request that no statement allows is not allowed", () => {
  expect(verdict({ Action: "s3:Put*" })).toBe("not allowed");
  expect(verdict({ Resource: "arn:bucket" })).toBe("not allowed");
  expect(verdict({})).toBe("allowed");
});

test("a denial comes before what is allowed", () => {
  const denial = { Statement: { ...allow, Effect: "Deny" } } as const;
  expect(evaluate([{ Statement: allow }, denial], { action: "s3:GetObject", resource: "arn:bucket/a" })).toBe(
    "denied",
  );
});

test("actions are the same in any case, resources are not", () => {
  expect(verdict({ Action: "S3:getobject" })).toBe("allowed");
  expect(verdict({ Resource: "arn:Bucket/*" })).toBe("not allowed");
});

test.each([
  ["StringEquals", "a", "a", true],
  ["StringEquals", "a*", "ab", false],
  ["StringLike", "a*", "ab", true],
  ["StringNotEquals", "a", "b", true],
  ["StringNotEquals", "a", undefined, true],
  ["StringEquals", "a", undefined, false],
  ["StringEqualsIfExists", "a", undefined, true],
  ["StringEqualsIfExists", "a", "b", false],
  ["ArnLike", "arn:x?", "arn:xy", true],
  ["ArnNotLike", "arn:*", "arn:x", false],
  ["Bool", "true", "TRUE", true],
  ["Null", "true", undefined, true],
  ["Null", "true", "a", false],
  ["Null", "false", "a", true],
])("%s %s holds for %s: %s", (operator, value, got, holds) => {
  const context: Record<string, string> = got === undefined ? {} : { "aws:key": got };
  expect(verdict({ Condition: { [operator]: { "AWS:Key": value } } }, context)).toBe(
    holds ? "allowed" : "not allowed",
  );
});

test("all conditions must hold, each with one of its values", () => {
  const condition = { StringEquals: { "aws:a": ["1", "2"] }, Bool: { "aws:b": "true" } };
  expect(verdict({ Condition: condition }, { "aws:a": "2", "aws:b": "true" })).toBe("allowed");
  expect(verdict({ Condition: condition }, { "aws:a": "2", "aws:b": "false" })).toBe("not allowed");
});

test.each<[string, string | readonly string[], string | readonly string[] | undefined, boolean]>([
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], true],
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
  ["ForAllValues:StringEquals", "a", undefined, true],
  ["ForAnyValue:StringLike", "a*", ["b", "ab"], true],
  ["ForAnyValue:StringLike", "a*", undefined, false],
])("%s %s holds for the values %s: %s", (operator, value, got, holds) => {
  const policy = { Statement: { ...allow, Condition: { [operator]: { "aws:TagKeys": value } } } };
  const context: Record<string, string | readonly string[]> = got === undefined ? {} : { "aws:TagKeys": got };
  const request = { action: "s3:GetObject", resource: "arn:bucket/a", context };
  expect(evaluate([policy], request)).toBe(holds ? "allowed" : "not allowed");
});

const role: IamPrincipal = {
  kind: "AWS",
  arn: "arn:aws:iam::111122223333:role/app",
  account: "111122223333",
};
const lambda: IamPrincipal = { kind: "Service", service: "lambda.amazonaws.com" };
const github: IamPrincipal = { kind: "Federated", provider: "arn:provider" };

test.each<[string, IamStatement["Principal"], IamPrincipal, readonly Say[]]>([
  ["a role, itself", { AWS: role.arn }, role, ["principal"]],
  ["a role, with its account", { AWS: "arn:aws:iam::111122223333:root" }, role, ["account"]],
  ["a role, with its account's number", { AWS: ["111122223333"] }, role, ["account"]],
  ["no role of another account", { AWS: "arn:aws:iam::999999999999:root" }, role, []],
  ["no other role", { AWS: "arn:aws:iam::111122223333:role/another" }, role, []],
  ["a service", { Service: "lambda.amazonaws.com" }, lambda, ["principal"]],
  ["no other service", { Service: "ec2.amazonaws.com" }, lambda, []],
  ["an identity provider", { Federated: "arn:provider" }, github, ["principal"]],
  ["everyone, with services", { AWS: "*" }, lambda, ["principal"]],
  ["everyone", "*", github, ["principal"]],
])("a policy names %s", (_, Principal, by, said) => {
  const policy = { Statement: { ...allow, Principal } };
  expect([...says([policy], { action: "s3:GetObject", resource: "arn:bucket/a", by })]).toEqual(said);
});

test("refuses what it does not know", () => {
  expect(() => verdict({ Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }, {})).toThrow(
    "IpAddress",
  );
  expect(() => verdict({ Principal: { AWS: "arn:role" } })).toThrow("some principals");
  expect(() => verdict({ Resource: "arn:bucket/$" + "{aws:username}" })).toThrow("policy variables");
  const negated = { ...allow, NotAction: "s3:PutObject" } as IamStatement;
  expect(() => evaluate([{ Statement: negated }], { action: "s3:GetObject" })).toThrow("NotAction");
});
