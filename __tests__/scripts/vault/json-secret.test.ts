import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { hasValue, JsonSecret } from "../../../scripts/vault/json-secret";
import { forOwners } from "../../../scripts/vault/owners-policy";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { evaluate, type IamPolicy } from "../../../testbed/aws/iam-policy";
import { clientSettings } from "../../support/client-settings";
import { stopEverywhere } from "./support/stopped-run";

const OWNER = "arn:aws:iam::123456789012:role/deployer";
const EVERYTHING: IamPolicy = { Statement: { Effect: "Allow", Action: "*", Resource: "*" } };

let directory: string;
let emulator: AwsEmulator;
let client: SecretsManagerClient;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "json-secret-"));
  emulator = await startAwsEmulator({ directory });
  client = newClient();
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(directory, { recursive: true });
});

function newClient(): SecretsManagerClient {
  return new SecretsManagerClient(clientSettings(emulator));
}

let names = 0;
const newName = () => `app/secret-${names++}`;

/** As whoever IAM lets do so sees it. */
async function seen(SecretId: string) {
  const value = await client.send(new GetSecretValueCommand({ SecretId })).catch(() => undefined);
  const policy = await client.send(new GetResourcePolicyCommand({ SecretId })).catch(() => undefined);
  return { value: value?.SecretString, policy: policy?.ResourcePolicy };
}

/** By somebody who may make secrets and write their policies. */
async function planted(policy: object | undefined, value?: object): Promise<string> {
  const SecretId = newName();
  await client.send(
    new CreateSecretCommand({ Name: SecretId, ...(value && { SecretString: JSON.stringify(value) }) }),
  );
  const ResourcePolicy = JSON.stringify(policy);
  if (policy) await client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
  return SecretId;
}

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

test("of two that give the first value one does, and the other's is nowhere", async () => {
  const name = newName();
  const secrets = [1, 2].map(() => new JsonSecret<{ value: number }>(newClient(), name, [OWNER]));

  const made = await Promise.all(secrets.map((secret, value) => secret.create({ value })));

  expect([...made].sort()).toEqual([false, true]);
  expect(await secrets[0]?.read()).toEqual({ value: made.indexOf(true) });
});

test("wherever a run is stopped, no value is there before the policy, and another run ends it", async () => {
  const stops = await stopEverywhere(
    newName,
    (name, run) => new JsonSecret(run.watch(newClient()), name, [OWNER]).write({ value: 1 }),
    async (name) => {
      const { value, policy } = await seen(name);
      if (value !== undefined) expect(policy).toBe(JSON.stringify(forOwners([OWNER])));

      const secret = new JsonSecret(client, name, [OWNER]);
      await secret.write({ value: 2 });
      expect(await secret.read()).toEqual({ value: 2 });
      expect((await seen(name)).policy).toBe(JSON.stringify(forOwners([OWNER])));
    },
  );
  // It makes the secret, its policy, its value.
  expect(stops).toBe(3);
});

test("a secret whose policy AWS refuses gets no value", async () => {
  const name = newName();
  const refusing = newClient();
  refusing.middlewareStack.add((next, { commandName }) => async (call) => {
    if (commandName === "PutResourcePolicyCommand") throw new Error("AccessDenied");
    return await next(call);
  });

  await expect(new JsonSecret(refusing, name, [OWNER]).create({ value: 1 })).rejects.toThrow("AccessDenied");

  expect((await seen(name)).value).toBeUndefined();
  expect(await hasValue(client, name)).toBe(false);
});

test("a secret whose value was taken away has none, for whoever may not read it, too, until the next one", async () => {
  const name = newName();
  const secret = new JsonSecret<{ value?: number }>(client, name, [OWNER]);
  await secret.write({ value: 1 });
  const { versionId = "" } = (await secret.readVersion()) ?? {};

  await secret.empty(versionId);
  expect([await secret.read(), await hasValue(client, name)]).toEqual([undefined, false]);

  await secret.write({ value: 2 });
  expect([await secret.read(), await hasValue(client, name)]).toEqual([{ value: 2 }, true]);
});

const HARMLESS = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "a:b", Resource: "*" }],
};

test.each([
  ["harmless", HARMLESS, "is for others, as it has other statements"],
  ["with one more owner", forOwners([OWNER, `${OWNER}-2`]), `is for ${OWNER}, ${OWNER}-2. `],
  ["with other owners", forOwners([`${OWNER}-2`]), `is for ${OWNER}-2. `],
  [
    "with one more statement",
    { ...forOwners([OWNER]), Statement: [...forOwners([OWNER]).Statement, ...HARMLESS.Statement] },
    "other statements",
  ],
])(
  "a secret that has a policy %s already is not taken for one's own, with a value or without",
  async (_, policy, found) => {
    for (const value of [undefined, { state: "begun" }]) {
      const name = await planted(policy, value);
      const before = await seen(name);
      const secret = new JsonSecret(client, name, [OWNER]);
      const refusal = `the policy of the secret ${name} must be for ${OWNER}, and `;

      for (const work of [secret.create({}), secret.write({ key: "k" }), secret.guard(() => true)])
        await expect(work).rejects.toThrow(refusal);
      if (value) await expect(secret.read()).rejects.toThrow(found);

      expect(await seen(name)).toEqual(before);
    }
  },
);

test("a policy that denies its value to the owner is said, where AWS says only that it is denied", async () => {
  const name = await planted(forOwners([`${OWNER}-2`]), {});
  const denied = newClient();
  denied.middlewareStack.add((next, { commandName }) => async (call) => {
    if (commandName === "GetSecretValueCommand") throw new Error("AccessDenied");
    return await next(call);
  });

  await expect(new JsonSecret(denied, name, [OWNER]).read()).rejects.toThrow(`and is for ${OWNER}-2. `);
});

test("owners may be named in any order, and twice", async () => {
  const name = newName();
  const others = ["arn:aws:iam::123456789012:role/ci", "arn:aws:iam::123456789012:user/admin"];
  await new JsonSecret(client, name, [...others, OWNER]).create({ value: 1 });

  expect(await new JsonSecret(client, name, [OWNER, ...others, OWNER]).read()).toEqual({ value: 1 });
});

test("a value without a policy, which others may know, is not gone on with", async () => {
  const name = await planted(undefined, { key: "known" });
  const secret = new JsonSecret(client, name, [OWNER]);

  for (const work of [secret.read(), secret.create({}), secret.write({ key: "new" })])
    await expect(work).rejects.toThrow(
      `the secret ${name} must have its policy, for ${OWNER}, and has a value and none`,
    );
  expect(await seen(name)).toEqual({ value: '{"key":"known"}' });
});

test("one that can be made anew never looks guarded with the value that others may know, wherever it is stopped", async () => {
  const remade = async (secret: JsonSecret<{ key: string }>) => {
    const isGone = await secret.guard(() => true);
    await secret.create({ key: "new" });
    return isGone;
  };
  await stopEverywhere(
    () => planted(undefined, { key: "known" }),
    (name, run) => remade(new JsonSecret(run.watch(newClient()), name, [OWNER])),
    async (name, after) => {
      const { value, policy } = await seen(name);
      if (policy !== undefined) expect(value).not.toContain("known");
      if (value?.includes("new")) expect(policy).toContain(OWNER);

      const secret = new JsonSecret<{ key: string }>(client, name, [OWNER]);
      const isGone = await remade(secret);
      expect(await secret.read()).toEqual({ key: "new" });
      if (after === 0) expect(isGone).toBe(true);
    },
  );
});

test("a value that is no JSON object is not in the message about it", async () => {
  const name = newName();
  await client.send(new CreateSecretCommand({ Name: name, SecretString: "hvs.token" }));

  const said = await new JsonSecret(client, name, [OWNER]).read().catch(String);

  expect(said).toContain(`the secret ${name} must have a JSON object for its value`);
  expect(said).not.toContain("hvs");
});

test("owners who change on purpose get the secret with its value, and whose it was is said", async () => {
  const name = newName();
  await new JsonSecret(client, name, [OWNER]).create({ value: 1 });
  const secret = new JsonSecret(client, name, [`${OWNER}-2`]);

  expect(await secret.changeOwners()).toEqual([
    `The secret ${name} is for ${OWNER}-2 now. Before, it was for ${OWNER}. Its value stays.`,
  ]);

  expect(await secret.read()).toEqual({ value: 1 });
  expect(await secret.changeOwners()).toEqual([]);
  expect(await new JsonSecret(client, newName(), [OWNER]).changeOwners()).toEqual([]);
  await expect(new JsonSecret(client, name, [OWNER]).read()).rejects.toThrow("--new-owners");
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
