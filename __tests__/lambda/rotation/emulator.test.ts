import { randomUUID } from "node:crypto";
import { CreateSecretCommand, RotateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { awsSecretsManager } from "../../../lambda/rotation/ports/aws-secrets-manager";
import type { SecretsManagerPort, VersionReference } from "../../../lambda/rotation/ports/secrets-manager";
import { emulatedSecretsManager } from "./support/emulated-secrets-manager";
import { FakeSecretsManager } from "./support/fake-secrets-manager";

/** The Secrets Manager in memory, which the other tests run on, must answer as moto does behind the real SDK. */
interface Service {
  readonly port: SecretsManagerPort;
  create(value: string): Promise<string>;
  begin(arn: string, token: string): Promise<void>;
  end(arn: string): Promise<void>;
}

const aws = emulatedSecretsManager();

function moto(): Service {
  const { client, emulator, headers } = aws;
  return {
    port: awsSecretsManager(client),
    async create(value) {
      const created = await client.send(new CreateSecretCommand({ Name: randomUUID(), SecretString: value }));
      await client.send(
        new RotateSecretCommand({
          SecretId: created.ARN,
          RotationLambdaARN: "arn:aws:lambda:eu-central-1:123456789012:function:rotation",
          RotationRules: { AutomaticallyAfterDays: 7 },
          RotateImmediately: false,
        }),
      );
      return created.ARN ?? "";
    },
    begin: (arn, token) => emulator.secretsManager.beginRotation(arn, token, headers),
    end: (arn) => emulator.secretsManager.endRotation(arn, headers),
  };
}

function memory(): Service {
  const fake = new FakeSecretsManager();
  return {
    port: fake,
    create: async (value) => fake.create(value),
    begin: async (arn, token) => void fake.startRotation(arn, token),
    end: async (arn) => fake.completeRotation(arn),
  };
}

/** What a rotation, an abandoned one before it, and calls at the wrong time see. */
async function observe({ port, create, begin, end }: Service): Promise<unknown[]> {
  const seen: unknown[] = [];
  const names = new Map<string, string>();
  const look = async (what: string, work: () => Promise<unknown>) => {
    const answer = await work().catch((error) => `error ${error.code ?? error.name}`);
    seen.push([what, answer ?? "nothing"]);
  };
  const arn = await create("first");
  const labels = async () => {
    const { stagesByVersion, rotationEnabled } = await port.describe(arn);
    const entries = [...stagesByVersion].map(
      ([id, stages]) => `${names.get(id) ?? "first"}: ${[...stages].sort()}`,
    );
    seen.push([rotationEnabled, ...entries.sort()]);
  };
  const get = (version: VersionReference) => () => port.getValue(arn, version);
  const [a, b] = [randomUUID(), randomUUID()];
  names.set(a, "a").set(b, "b");

  await begin(arn, a);
  await labels();
  await look("empty", get({ id: a, stage: "AWSPENDING" }));
  await look("put", () => port.putPending(arn, { id: a, value: "value a", rotationToken: undefined }));
  await look("put the same", () =>
    port.putPending(arn, { id: a, value: "value a", rotationToken: undefined }),
  );
  await look("put another", () => port.putPending(arn, { id: a, value: "other", rotationToken: undefined }));
  await look("pending", get({ id: a, stage: "AWSPENDING" }));
  await look("by the wrong label", get({ id: a, stage: "AWSCURRENT" }));
  await labels();

  await end(arn);
  await labels();
  await look("abandoned, by id", get({ id: a }));
  await begin(arn, b);
  await look("put b", () => port.putPending(arn, { id: b, value: "value b", rotationToken: undefined }));
  await labels();
  await look("move from the wrong version", () => port.moveCurrent(arn, { from: a, to: b }));
  const current = [...(await port.describe(arn)).stagesByVersion].find(([, s]) =>
    s.includes("AWSCURRENT"),
  )?.[0];
  await look("move", () => port.moveCurrent(arn, { from: current, to: b }));
  await look("current", get({ stage: "AWSCURRENT" }));
  await look("previous", get({ stage: "AWSPREVIOUS" }));
  await end(arn);
  await labels();
  return seen;
}

test("the Secrets Manager of the tests and moto's behind the real SDK answer alike", async () => {
  expect(await observe(memory())).toEqual(await observe(moto()));
});
