import type { IamStatement } from "../../../testbed/aws/iam-policy";
import { faultsOf, overlap } from "../../../testbed/iam/service-reference";

const secret = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:app/orders-AbCdEf";
const read: IamStatement = {
  Sid: "Read",
  Effect: "Allow",
  Action: "secretsmanager:GetSecretValue",
  Resource: secret,
};

test.each<[string, Partial<IamStatement>, string]>([
  ["an action of no service", { Action: "secret:Get" }, "Read: no action is secret:Get"],
  [
    "an unknown action",
    { Action: "secretsmanager:ReadSecret" },
    "Read: no action is secretsmanager:ReadSecret",
  ],
  ["a pattern of no action", { Action: "secretsmanager:Read*" }, "Read: no action is secretsmanager:Read*"],
  [
    "a resource of another type",
    { Resource: "arn:aws:kms:ap-northeast-2:111122223333:key/1" },
    "Read: secretsmanager:GetSecretValue is never on arn:aws:kms:ap-northeast-2:111122223333:key/1",
  ],
  [
    "a resource that none of the actions is on",
    { Resource: [secret, "arn:aws:s3:::bucket"] },
    "Read: none of its actions is on arn:aws:s3:::bucket",
  ],
  [
    "an action that cannot be held to resources",
    { Action: "ec2:DescribeSubnets", Resource: "arn:aws:ec2:ap-northeast-2:111122223333:subnet/subnet-1" },
    "Read: ec2:DescribeSubnets is never on arn:aws:ec2:ap-northeast-2:111122223333:subnet/subnet-1",
  ],
  [
    "an unknown condition key",
    { Condition: { StringEquals: { "secretsmanager:Stage": "AWSCURRENT" } } },
    "Read: no condition key is secretsmanager:Stage",
  ],
  [
    "a condition key of another action",
    { Condition: { StringEquals: { "secretsmanager:ForceDeleteWithoutRecovery": "true" } } },
    "Read: secretsmanager:GetSecretValue has no condition key secretsmanager:ForceDeleteWithoutRecovery",
  ],
])("finds %s", async (_, changes, fault) => {
  expect(await faultsOf({ Statement: read })).toEqual([]);
  expect(await faultsOf({ Statement: { ...read, ...changes } })).toContain(fault);
});

test.each([
  ["a*c", "abbc", true],
  ["a*c", "*b*", true],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  ["a*", "b*", false],
  ["arn:$" + "{Partition}:s3:::b", "arn:aws:s3:::*", true],
])("%s and %s can both match a text: %s", (one, other, can) => {
  expect(overlap(one, other)).toBe(can);
});
