import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateVpcCommand, DeleteTagsCommand, DeleteVpcCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { unsignedHeaders } from "../../../testbed/aws/aws-protocol";
import { assumeRole } from "../../../testbed/aws/role-credentials";
import { RotationScheduler } from "../../../testbed/aws/rotation-scheduler";
import type { Invocation } from "../../../testbed/lambda/lambda-runner";
import { clientSettings } from "../../support/client-settings";
import { createRole, iam } from "./iam-roles";

const REGION = "ap-northeast-2";
const TOKENS = ["a", "b", "c"].map((letter) => letter.repeat(32)) as [string, string, string];

let directory: string;
let emulator: AwsEmulator;
let client: SecretsManagerClient;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "emulator-"));
  emulator = await startAwsEmulator({ directory });
  client = clientOf(emulator);
});

function clientOf(emulator: AwsEmulator): SecretsManagerClient {
  return new SecretsManagerClient({ ...clientSettings(emulator), maxAttempts: 1 });
}

afterAll(async () => {
  client.destroy();
  await emulator.stop();
  rmSync(directory, { recursive: true });
});

let secrets = 0;

async function newSecret(value: string): Promise<string> {
  secrets += 1;
  const { ARN } = await client.send(
    new CreateSecretCommand({ Name: `secret-${secrets}`, SecretString: value }),
  );
  return String(ARN);
}

async function rotatedSecret(value: string): Promise<string> {
  const SecretId = await newSecret(value);
  const RotationLambdaARN = `arn:aws:lambda:${REGION}:123456789012:function:rotation`;
  const RotationRules = { ScheduleExpression: "rate(7 days)", Duration: "2h" };
  const input = { SecretId, RotationLambdaARN, RotationRules, RotateImmediately: false };
  await client.send(new RotateSecretCommand(input));
  return SecretId;
}

const describeSecret = (SecretId: string) => client.send(new DescribeSecretCommand({ SecretId }));
const read = async (SecretId: string, version: { VersionId?: string; VersionStage?: string } = {}) =>
  (await client.send(new GetSecretValueCommand({ SecretId, ...version }))).SecretString;
const put = (
  SecretId: string,
  ClientRequestToken: string,
  SecretString: string,
  ...VersionStages: string[]
) => client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages }));

type Handler = (event: { Step: string; SecretId: string; ClientRequestToken: string }) => Promise<void>;

/** A scheduler whose function is the given handler, run here. */
function schedulerFor(handler: Handler): RotationScheduler {
  const invoke = async (_name: string, event: unknown): Promise<Invocation> => {
    const answer = { durationMs: 1, log: "no log" };
    try {
      await handler(event as Parameters<Handler>[0]);
      return { ...answer, result: null };
    } catch (error) {
      return { ...answer, error: { errorType: "Error", errorMessage: (error as Error).message } };
    }
  };
  return new RotationScheduler(emulator.secretsManager, { invoke }, REGION);
}

const rotateTo =
  (value: string, on: Handler = async () => {}): Handler =>
  async (event) => {
    const { SecretId, Step, ClientRequestToken } = event;
    await on(event);
    if (Step === "createSecret") await put(SecretId, ClientRequestToken, value, "AWSPENDING");
    if (Step !== "finishSecret") return;
    const { VersionIdsToStages = {} } = await describeSecret(SecretId);
    const current = Object.keys(VersionIdsToStages).find((id) =>
      VersionIdsToStages[id]?.includes("AWSCURRENT"),
    );
    const move = {
      VersionStage: "AWSCURRENT",
      MoveToVersionId: ClientRequestToken,
      RemoveFromVersionId: current,
    };
    await client.send(new UpdateSecretVersionStageCommand({ SecretId, ...move }));
  };

test("works whatever AWS settings the user has, in a process of its own", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "emulator-"));
  const { MOTO_NURSERY } = process.env;
  delete process.env.MOTO_NURSERY;
  process.env.AWS_PROFILE = "nobody";
  const another = await startAwsEmulator({ directory: elsewhere });
  try {
    const { ARN } = await clientOf(another).send(new CreateSecretCommand({ Name: "orders" }));
    expect(ARN).toContain(":secret:orders-");
  } finally {
    delete process.env.AWS_PROFILE;
    if (MOTO_NURSERY !== undefined) process.env.MOTO_NURSERY = MOTO_NURSERY;
    await another.stop();
    rmSync(elsewhere, { recursive: true });
  }
});

describe("Secrets Manager in front of moto", () => {
  test("keeps the rotation rules, which moto forgets, and does not rotate when it is told not to", async () => {
    const secret = await rotatedSecret("old");

    const { RotationEnabled, RotationRules, VersionIdsToStages } = await describeSecret(secret);

    expect(RotationEnabled).toBe(true);
    expect(RotationRules).toEqual({ ScheduleExpression: "rate(7 days)", Duration: "2h" });
    expect(Object.values(VersionIdsToStages ?? {})).toEqual([["AWSCURRENT"]]);
  });

  test("takes the same value for a token again and refuses another one", async () => {
    const secret = await newSecret("old");
    await put(secret, TOKENS[0], "new", "AWSPENDING");

    await put(secret, TOKENS[0], "new", "AWSPENDING");
    await expect(put(secret, TOKENS[0], "other", "AWSPENDING")).rejects.toMatchObject({
      name: "ResourceExistsException",
    });
    expect(await read(secret, { VersionStage: "AWSPENDING" })).toBe("new");
  });

  test("keeps values that are put at once one after the other", async () => {
    const secret = await newSecret("old");

    await Promise.all(TOKENS.map((token) => put(secret, token, token, "AWSCURRENT")));

    const { VersionIdsToStages = {} } = await describeSecret(secret);
    const labels = Object.values(VersionIdsToStages).flat();
    expect(labels.filter((label) => label === "AWSCURRENT")).toHaveLength(1);
  });

  test("does not answer a version under a label that it does not have", async () => {
    const secret = await newSecret("old");
    await put(secret, TOKENS[0], "new", "AWSPENDING");

    const asCurrent = read(secret, { VersionId: TOKENS[0], VersionStage: "AWSCURRENT" });

    await expect(asCurrent).rejects.toMatchObject({ name: "InvalidRequestException" });
  });

  test("moves a label only from the version that has it", async () => {
    const secret = await newSecret("old");
    await put(secret, TOKENS[0], "first", "AWSPENDING");
    await put(secret, TOKENS[1], "second", "CUSTOM");
    const move = { SecretId: secret, VersionStage: "AWSPENDING", MoveToVersionId: TOKENS[1] };

    await expect(client.send(new UpdateSecretVersionStageCommand(move))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await client.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: TOKENS[0] }));
    expect(await read(secret, { VersionStage: "AWSPENDING" })).toBe("second");
  });

  test("counts the calls", async () => {
    const secret = await newSecret("old");
    const before = emulator.secretsManager.calls.GetSecretValue ?? 0;

    await read(secret);

    expect(emulator.secretsManager.calls.GetSecretValue).toBe(before + 1);
  });
});

describe("a rotation", () => {
  test("runs the four steps on a pending version that has no value at first", async () => {
    const secret = await rotatedSecret("old");
    const seen: string[] = [];
    const scheduler = schedulerFor(
      rotateTo("new", async ({ Step, SecretId, ClientRequestToken }) => {
        const { VersionIdsToStages = {} } = await describeSecret(SecretId);
        const value = await read(SecretId, {
          VersionId: ClientRequestToken,
          VersionStage: "AWSPENDING",
        }).catch((error: Error) => error.name);
        seen.push(`${Step}: ${VersionIdsToStages[ClientRequestToken]} ${value}`);
      }),
    );

    const { token } = await scheduler.rotate(secret);

    expect(seen).toEqual([
      "createSecret: AWSPENDING ResourceNotFoundException",
      "setSecret: AWSPENDING new",
      "testSecret: AWSPENDING new",
      "finishSecret: AWSPENDING new",
    ]);
    expect(await read(secret)).toBe("new");
    expect(await read(secret, { VersionStage: "AWSPREVIOUS" })).toBe("old");
    expect((await describeSecret(secret)).VersionIdsToStages?.[token]).toEqual(["AWSCURRENT"]);
  });

  test("that fails leaves its version pending, refuses the next one, and can be taken up or given up", async () => {
    const secret = await rotatedSecret("old");
    const failing = schedulerFor(
      rotateTo("new", async ({ Step }) => {
        if (Step === "setSecret") throw new Error("no database");
      }),
    );
    const failure = await failing.rotate(secret).catch((error) => error);
    expect(failure).toMatchObject({ name: "RotationFailed", step: "setSecret" });

    const working = schedulerFor(rotateTo("new"));
    await expect(working.rotate(secret)).rejects.toThrow("A previous rotation isn't complete");
    await working.rotate(secret, failure.token);
    expect(await read(secret)).toBe("new");

    await expect(
      schedulerFor(async () => Promise.reject(new Error("crash"))).rotate(secret),
    ).rejects.toThrow();
    await working.abandon(secret);
    await schedulerFor(rotateTo("newest")).rotate(secret);
    expect(await read(secret)).toBe("newest");
  });

  test("is given up when somebody puts a current value meanwhile", async () => {
    const secret = await rotatedSecret("old");
    const scheduler = schedulerFor(async ({ SecretId }) => {
      await put(SecretId, TOKENS[2], "by hand", "AWSCURRENT");
      throw new Error("token is not known any more");
    });

    await expect(scheduler.rotate(secret)).rejects.toThrow();

    const { VersionIdsToStages = {} } = await describeSecret(secret);
    expect(VersionIdsToStages[TOKENS[2]]).toEqual(["AWSCURRENT"]);
    const labels = Object.values(VersionIdsToStages).flat();
    expect(labels.filter((label) => label === "AWSCURRENT")).toHaveLength(1);
  });

  test("keeps labels of one's own where they are", async () => {
    const secret = await rotatedSecret("old");
    const { VersionIdsToStages = {} } = await describeSecret(secret);
    const [first = ""] = Object.keys(VersionIdsToStages);
    const label = { SecretId: secret, VersionStage: "BOOTSTRAP", MoveToVersionId: first };
    await client.send(new UpdateSecretVersionStageCommand(label));

    for (const value of ["one", "two"]) await schedulerFor(rotateTo(value)).rotate(secret);

    expect((await describeSecret(secret)).VersionIdsToStages?.[first]).toEqual(["BOOTSTRAP"]);
  });
});

test("a request is recorded with its body and no credentials, and marked if nobody here knows it", async () => {
  const before = emulator.recorder.requests.length;
  const ask = async (service: string, method: string, path: string, body?: string) => {
    const headers = { ...unsignedHeaders(REGION, service), "x-amz-security-token": "a session's token" };
    const response = await fetch(`${emulator.endpoint}${path}`, { method, headers, body });
    await response.arrayBuffer();
  };
  await newSecret("{}");
  await ask("lambda", "PUT", "/2015-03-31/functions/no-such/configuration", '{"Timeout":30}');
  await ask("s3", "PUT", "/bucket/object", "what is in the object");
  await ask("lambda", "GET", "/2031-01-01/dreams");
  await ask("s3", "HEAD", "/no-such-bucket");

  const recorded = emulator.recorder.requests.slice(before);
  expect(recorded.map(({ service, body }) => [service, body.toString()])).toEqual([
    ["secretsmanager", expect.stringContaining('"SecretString":"{}"')],
    ["lambda", '{"Timeout":30}'],
    ["s3", ""],
    ["lambda", ""],
    ["s3", ""],
  ]);
  expect(recorded.map(({ unknownToEmulator }) => unknownToEmulator)).toEqual([
    false,
    false,
    false,
    true,
    false,
  ]);
  expect(JSON.stringify(recorded)).not.toMatch(/a session's token|Credential=/);
});

test("each call is recorded, with the role to which its credentials were given", async () => {
  const SecretId = await newSecret("a value");
  const roleArn = "arn:aws:iam::123456789012:role/reader";
  const given = await assumeRole(emulator.endpoint, REGION, roleArn, "reader");
  const reader = new SecretsManagerClient({
    endpoint: emulator.endpoint,
    region: REGION,
    credentials: {
      accessKeyId: given.AWS_ACCESS_KEY_ID,
      secretAccessKey: given.AWS_SECRET_ACCESS_KEY,
      sessionToken: given.AWS_SESSION_TOKEN,
    },
  });
  await reader.send(new GetSecretValueCommand({ SecretId }));
  await client.send(new DescribeSecretCommand({ SecretId }));
  reader.destroy();
  expect(emulator.calls.slice(-2)).toMatchObject([
    { service: "secretsmanager", action: "GetSecretValue", input: { SecretId }, roleArn },
    { service: "secretsmanager", action: "DescribeSecret", input: { SecretId }, roleArn: undefined },
  ]);
});

test("a change of something in EC2 is recorded with the tags that this had, also when they are gone", async () => {
  const ec2 = new EC2Client(clientSettings(emulator));
  const Tags = [
    { Key: "Stack", Value: "dev-foundation" },
    { Key: "Name", Value: "secrets-dev" },
  ];
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({
      CidrBlock: "10.0.0.0/24",
      TagSpecifications: [{ ResourceType: "vpc", Tags }],
    }),
  );
  const VpcId = String(Vpc?.VpcId);
  await ec2.send(new DeleteTagsCommand({ Resources: [VpcId], Tags: [{ Key: "Name" }] }));
  await ec2.send(new DeleteVpcCommand({ VpcId }));
  ec2.destroy();
  expect(emulator.calls.slice(-3)).toMatchObject([
    { action: "CreateVpc", resourceTags: undefined },
    {
      action: "DeleteTags",
      resourceTags: { [VpcId]: { Stack: "dev-foundation", Name: "secrets-dev" } },
    },
    { action: "DeleteVpc", resourceTags: { [VpcId]: { Stack: "dev-foundation" } } },
  ]);
});

test("a call of IAM is recorded with the boundary that it gives, else that of what it changes", async () => {
  const PermissionsBoundary = "arn:aws:iam::123456789012:policy/one";
  const other = "arn:aws:iam::123456789012:policy/other";
  const RoleName = "bounded";
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" },
  });
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  const put = { Action: "PutRolePolicy", PolicyName: "p", PolicyDocument };
  await createRole(emulator.endpoint, "unbounded");
  await iam(emulator.endpoint, { ...put, RoleName: "unbounded" });
  const created = { Action: "CreateRole", RoleName, AssumeRolePolicyDocument };
  await iam(emulator.endpoint, { ...created, PermissionsBoundary });
  await iam(emulator.endpoint, { ...put, RoleName });
  await iam(emulator.endpoint, {
    Action: "PutRolePermissionsBoundary",
    RoleName,
    PermissionsBoundary: other,
  });
  await iam(emulator.endpoint, { Action: "DeleteRolePolicy", RoleName, PolicyName: "p" });
  await expect(iam(emulator.endpoint, { ...put, RoleName: "gone" })).rejects.toThrow("NoSuchEntity");

  expect(
    emulator.calls.slice(-7).map(({ action, permissionsBoundary }) => [action, permissionsBoundary]),
  ).toEqual([
    ["CreateRole", undefined],
    ["PutRolePolicy", undefined],
    ["CreateRole", PermissionsBoundary],
    ["PutRolePolicy", PermissionsBoundary],
    ["PutRolePermissionsBoundary", other],
    ["DeleteRolePolicy", other],
    ["PutRolePolicy", undefined],
  ]);
});

test("what RDS logs is found in its log group, once there is something that logs", async () => {
  const logs = new CloudWatchLogsClient({ ...clientSettings(emulator), maxAttempts: 1 });
  const logGroupName = "/aws/rds/cluster/app-main/postgresql";
  emulator.rds.log = async (group) => [`a line of ${group}`];
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
  emulator.rds.log = undefined;
  logs.destroy();
  expect(events).toEqual([{ message: `a line of ${logGroupName}` }]);
});
