import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetPolicyCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { unsignedHeaders } from "../../../testbed/aws/aws-protocol";
import type { FaultOptions } from "../../../testbed/aws/faults/faults";
import { clientSettings } from "../../support/client-settings";

const REGION = "ap-northeast-2";

/** As of whoever signs: what the testbed itself asks has no bad day. */
function headersOf(region: string, service: string): Record<string, string> {
  const { authorization = "" } = unsignedHeaders(region, service);
  return { authorization: authorization.replace("Signature=0", "Signature=1") };
}

const NONE: FaultOptions = { seed: 1, latencyMs: 0, leftRate: (perSecond) => perSecond, staleMs: 0 };
/** Longer than any test. */
const LONG_MS = 3_600_000;

let directory: string;
let emulator: AwsEmulator;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "faults-"));
  emulator = await startAwsEmulator({ directory });
});
afterEach(() => emulator.faults.end());
afterAll(async () => {
  await emulator.stop();
  rmSync(directory, { recursive: true });
});

function begin(options: Partial<FaultOptions>): void {
  emulator.faults.begin({ ...NONE, ...options });
}

async function query(service: string, parameters: Record<string, string>): Promise<[number, string]> {
  const response = await fetch(emulator.endpoint, {
    method: "POST",
    headers: {
      ...headersOf(REGION, service),
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    },
    body: new URLSearchParams({ Version: service === "ec2" ? "2016-11-15" : "2010-05-08", ...parameters }),
  });
  const text = await response.text();
  return [response.status, /<Code>([^<]+)</.exec(text)?.[1] ?? text];
}

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

async function createRole(RoleName: string): Promise<void> {
  const created = await query("iam", { Action: "CreateRole", RoleName, AssumeRolePolicyDocument: TRUST });
  expect(created[0]).toBe(200);
}

describe("throttling, as the SDK understands it", () => {
  const settings = () => ({ ...clientSettings(emulator), maxAttempts: 1 });
  const calls: readonly (readonly [string, number, () => Promise<unknown>])[] = [
    [
      "RequestLimitExceeded",
      503,
      () => new EC2Client(settings()).send(new DescribeVpcsCommand({ VpcIds: ["vpc-1"] })),
    ],
    [
      "SlowDown",
      503,
      () =>
        new S3Client({ ...settings(), forcePathStyle: true }).send(
          new GetBucketPolicyCommand({ Bucket: "none" }),
        ),
    ],
    [
      "TooManyRequestsException",
      429,
      () => new LambdaClient(settings()).send(new GetPolicyCommand({ FunctionName: "none" })),
    ],
    [
      "ThrottlingException",
      400,
      () => new CloudWatchLogsClient(settings()).send(new DescribeLogGroupsCommand({})),
    ],
    [
      "ThrottlingException",
      400,
      () => new SecretsManagerClient(settings()).send(new GetSecretValueCommand({ SecretId: "none" })),
    ],
  ];

  test.each(calls)("is %s, HTTP %i", async (name, status, call) => {
    begin({ leftRate: () => 1e-6 });
    await call().catch(() => {});
    await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  });

  test("is Throttling, HTTP 400, of a service that takes queries", async () => {
    begin({ leftRate: () => 1e-6 });
    expect(await query("iam", { Action: "GetRole", RoleName: "none" })).toEqual([404, "NoSuchEntity"]);
    expect(await query("iam", { Action: "GetRole", RoleName: "none" })).toEqual([400, "Throttling"]);
  });

  test("is ThrottlingException of Elastic Load Balancing, which takes queries, too", async () => {
    begin({ leftRate: () => 1e-6 });
    const describe = { Action: "DescribeLoadBalancers", Version: "2015-12-01" };
    expect((await query("elasticloadbalancing", describe))[0]).toBe(200);
    expect(await query("elasticloadbalancing", describe)).toEqual([400, "ThrottlingException"]);
  });

  test("is ThrottlingException of CloudTrail, whose operations have long names", async () => {
    begin({ leftRate: () => 1e-6 });
    const target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DeleteTrail";
    const headers = { ...headersOf(REGION, "cloudtrail"), "x-amz-target": target };
    const sent = { "content-type": "application/x-amz-json-1.1", ...headers };
    const ask = async () =>
      await (
        await fetch(emulator.endpoint, { method: "POST", headers: sent, body: '{"Name":"none"}' })
      ).text();
    expect(await ask()).not.toContain("ThrottlingException");
    expect(await ask()).toContain("ThrottlingException");
  });
});

describe("eventual consistency", () => {
  beforeEach(() => begin({ staleMs: LONG_MS }));

  test("hides a role and its policies from reads, and shows them later", async () => {
    await createRole("new-role");
    const policy = { RoleName: "new-role", PolicyName: "p", PolicyDocument: TRUST.replace("Principal", "X") };
    await query("iam", { Action: "PutRolePolicy", ...policy });
    for (const Action of ["GetRole", "GetRolePolicy", "ListRolePolicies"])
      expect(await query("iam", { Action, RoleName: "new-role", PolicyName: "p" })).toEqual([
        404,
        "NoSuchEntity",
      ]);
    emulator.faults.end();
    expect((await query("iam", { Action: "GetRole", RoleName: "new-role" }))[0]).toBe(200);
  });

  test("has Lambda refuse a role that it does not know yet", async () => {
    await createRole("unknown-to-lambda");
    const response = await fetch(`${emulator.endpoint}/2015-03-31/functions`, {
      method: "POST",
      headers: { ...headersOf(REGION, "lambda"), "content-type": "application/json" },
      body: JSON.stringify({ Role: "arn:aws:iam::123456789012:role/unknown-to-lambda", FunctionName: "f" }),
    });
    expect([response.status, response.headers.get("x-amzn-errortype"), await response.text()]).toEqual([
      400,
      "InvalidParameterValueException",
      expect.stringContaining("cannot be assumed by Lambda"),
    ]);
  });

  test("hides a security group that was just made, by its documented error, and one that was deleted not", async () => {
    const describe = async (id: string) =>
      (await query("ec2", { Action: "DescribeSecurityGroups", "GroupId.1": id }))[1];
    const [, made] = await query("ec2", {
      Action: "CreateSecurityGroup",
      GroupName: "g",
      GroupDescription: "d",
    });
    const id = String(/<groupId>([^<]+)</.exec(made)?.[1]);
    expect(await describe(id)).toBe("InvalidGroup.NotFound");
    begin({ staleMs: LONG_MS });
    await query("ec2", { Action: "DeleteSecurityGroup", GroupId: id });
    expect(await describe(id)).toContain("<groupName>g<");
  });

  test("shows a bucket's policy as it was before it was put", async () => {
    const bucket = (method: string, path: string, body?: string) =>
      fetch(`${emulator.endpoint}/${path}`, { method, headers: headersOf("us-east-1", "s3"), body });
    emulator.faults.end();
    await bucket("PUT", "a-bucket");
    begin({ staleMs: LONG_MS });
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    expect((await bucket("PUT", "a-bucket?policy", policy)).status).toBeLessThan(300);
    expect(await (await bucket("GET", "a-bucket?policy")).text()).toContain("NoSuchBucketPolicy");
    emulator.faults.end();
    expect(await (await bucket("GET", "a-bucket?policy")).text()).toContain("Statement");
  });
});

test("what the testbed itself asks is answered at once", async () => {
  begin({ leftRate: () => 1e-6, latencyMs: 20 });
  const before = { ...emulator.faults.counts };
  for (let call = 0; call < 3; call += 1) {
    const url = `${emulator.endpoint}/2015-03-31/functions/none`;
    expect((await fetch(url, { headers: unsignedHeaders(REGION, "lambda") })).status).toBe(404);
  }
  expect(emulator.faults.counts).toEqual(before);
});

test("an answer is late by what the seed says", async () => {
  const before = emulator.faults.counts.delayed;
  begin({ latencyMs: 20 });
  for (let call = 0; call < 5; call += 1) await query("iam", { Action: "GetRole", RoleName: "none" });
  expect(emulator.faults.counts.delayed - before).toBeGreaterThan(3);
});
