import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { JsonSecret } from "../../../scripts/vault/json-secret";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { evaluate, type IamPolicy } from "../../../testbed/aws/iam-policy";
import { clientSettings } from "../../support/client-settings";

const OWNER = "arn:aws:iam::123456789012:role/deployer";
const EVERYTHING: IamPolicy = { Statement: { Effect: "Allow", Action: "*", Resource: "*" } };

let directory: string;
let emulator: AwsEmulator;
let client: SecretsManagerClient;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "json-secret-"));
  emulator = await startAwsEmulator({ directory });
  client = new SecretsManagerClient(clientSettings(emulator));
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(directory, { recursive: true });
});

test("a value that is there stays, until it is written", async () => {
  const secret = new JsonSecret<{ value: number }>(client, "app/one", [OWNER]);
  expect(await secret.read()).toBeUndefined();
  expect(await secret.create({ value: 1 })).toBe(true);
  expect(await secret.create({ value: 2 })).toBe(false);
  expect(await secret.read()).toEqual({ value: 1 });
  await secret.write({ value: 3 });
  expect(await secret.read()).toEqual({ value: 3 });
});

test("of two that replace the same version one does, and no label of theirs stays", async () => {
  const secret = new JsonSecret<{ value: number }>(client, "app/replaced", [OWNER]);
  await secret.create({ value: 0 });
  const { versionId = "" } = (await secret.readVersion()) ?? {};

  const replaced = await Promise.all([1, 2].map((value) => secret.replace(versionId, { value })));

  const current = await secret.readVersion();
  expect(replaced.filter((id) => id !== undefined)).toEqual([current?.versionId]);
  const { VersionIdsToStages = {} } = await client.send(
    new DescribeSecretCommand({ SecretId: "app/replaced" }),
  );
  expect(Object.values(VersionIdsToStages).flat().sort()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
});

test("a secret that an earlier run could not guard is guarded by the next, and by nobody else after that", async () => {
  const policyOf = async () =>
    (await client.send(new GetResourcePolicyCommand({ SecretId: "app/unguarded" }))).ResourcePolicy;
  await client.send(new CreateSecretCommand({ Name: "app/unguarded", SecretString: "{}" }));
  expect(await policyOf()).toBeUndefined();

  expect(await new JsonSecret(client, "app/unguarded", [OWNER]).create({})).toBe(false);
  const policy = await policyOf();
  expect(policy).toContain(OWNER);

  await new JsonSecret(client, "app/unguarded", [`${OWNER}-of-others`]).write({});
  expect(await policyOf()).toBe(policy);
});

test("whoever may do everything in the account reads and writes nothing, but for its owners", async () => {
  await new JsonSecret(client, "app/guarded", [OWNER]).create({});
  const { ResourcePolicy } = await client.send(new GetResourcePolicyCommand({ SecretId: "app/guarded" }));
  const said = (principal: string, verb: string) =>
    evaluate([EVERYTHING, JSON.parse(String(ResourcePolicy))], {
      action: `secretsmanager:${verb}`,
      context: { "aws:PrincipalArn": principal },
    });
  for (const verb of ["GetSecretValue", "PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"]) {
    expect(said("arn:aws:iam::123456789012:role/app-orders", verb)).toBe("denied");
    expect(said(OWNER, verb)).toBe("allowed");
    // STS names a role without its path, and IAM with it.
    expect(said("arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/deployer", verb)).toBe(
      "allowed",
    );
  }
});
