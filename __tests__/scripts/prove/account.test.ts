import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Account, awsAccount } from "../../../scripts/prove/account";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { clientSettings } from "../../support/client-settings";

let folder: string;
let emulator: AwsEmulator;
let account: Account;
let config: ReturnType<typeof clientSettings>;
let arn: string;
const rotated: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "account-"));
  emulator = await startAwsEmulator({ directory: folder });
  config = clientSettings(emulator);
  account = awsAccount(config);
  const secret = new CreateSecretCommand({ Name: "orders", SecretString: "{}" });
  arn = String((await new SecretsManagerClient(config).send(secret)).ARN);
  emulator.secretsManager.rotator = (of) => void rotated.push(of);
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(folder, { recursive: true });
});

test("a rotation is begun once, and is pending until it has ended", async () => {
  const headers = {
    authorization: "AWS4-HMAC-SHA256 Credential=test/20261128/ap-northeast-2/secretsmanager/aws4_request",
  };
  await emulator.secretsManager.handle(
    "RotateSecret",
    { SecretId: arn, RotationLambdaARN: "arn:rotation", RotateImmediately: false, RotationRules: {} },
    headers,
  );
  expect(await account.secret(arn)).toMatchObject({ rotated: false, pending: undefined });

  await account.rotate(arn);
  await account.rotate(arn);

  expect(rotated).toEqual([arn]);
  const { current, pending } = await account.secret(arn);
  expect(pending).not.toBe(current);
  expect(pending).toBeDefined();
});

test("a secret that is not there is an error", async () => {
  await expect(account.rotate("nothing")).rejects.toThrow(/can't find/);
});

test("a function's answer is what it returned, and its failure an error with its name", async () => {
  emulator.lambda.invoke = async (name, event) =>
    name === "good" ? { result: event } : { error: { errorType: "SecretError", errorMessage: "no" } };

  expect(await account.call("good", { a: 1 })).toEqual({ a: 1 });
  await expect(account.call("bad", {})).rejects.toThrow("bad failed with SecretError: no");
});

test("lines of a log are found since a time, and a log that is not there is an error", async () => {
  const logs = new CloudWatchLogsClient(config);
  const log = { logGroupName: "/aws/rds/cluster/app/postgresql", logStreamName: "one" };
  await logs.send(new CreateLogGroupCommand({ logGroupName: log.logGroupName }));
  await logs.send(new CreateLogStreamCommand(log));
  const now = Date.now();
  const logEvents = [
    { timestamp: now - 60_000, message: "PASSWORD old" },
    { timestamp: now, message: "PASSWORD new" },
  ];
  await logs.send(new PutLogEventsCommand({ ...log, logEvents }));

  const since = new Date(now - 1_000);
  expect(await account.logLines(log.logGroupName, "PASSWORD", since)).toEqual(["PASSWORD new"]);
  await expect(account.logLines("/nothing", "PASSWORD", since)).rejects.toThrow(/does not exist/);
});
