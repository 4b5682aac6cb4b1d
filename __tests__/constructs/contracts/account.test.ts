import { Account } from "../../../constructs/contracts/account";

const seoul = new Account("111122223333", "ap-northeast-2");
const beijing = new Account("111122223333", "cn-north-1");
const govcloud = new Account("111122223333", "us-gov-west-1");

test("names a resource of the account and region", () => {
  expect(seoul.arn("lambda", "function:f")).toBe("arn:aws:lambda:ap-northeast-2:111122223333:function:f");
});

test.each([
  [seoul, "aws"],
  [beijing, "aws-cn"],
  [govcloud, "aws-us-gov"],
])("uses the partition of the region %#", (account, partition) => {
  expect(account.arn("sns", "t").split(":")[1]).toBe(partition);
  expect(account.rootArn).toBe(`arn:${partition}:iam::111122223333:root`);
  expect(account.managedPolicyArn("P")).toBe(`arn:${partition}:iam::aws:policy/P`);
});

test("names the host of a service by which kms:ViaService knows it", () => {
  expect(seoul.serviceHost("rds")).toBe("rds.ap-northeast-2.amazonaws.com");
  expect(beijing.serviceHost("rds")).toBe("rds.cn-north-1.amazonaws.com.cn");
  expect(govcloud.serviceHost("rds")).toBe("rds.us-gov-west-1.amazonaws.com");
});

test.each([
  ["secretsmanager", ""],
  ["sts", "cn."],
  ["kms", ""],
  ["logs", ""],
  ["monitoring", "cn."],
  ["ssm", ""],
  ["ssmmessages", ""],
  ["s3", ""],
])("the endpoint of %s is called as in China, where it is", (service, prefix) => {
  expect(beijing.endpointService(service)).toBe(`${prefix}com.amazonaws.cn-north-1.${service}`);
  expect(govcloud.endpointService(service)).toBe(`com.amazonaws.us-gov-west-1.${service}`);
});
