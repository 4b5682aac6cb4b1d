import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { promisify } from "node:util";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { callFunction } from "../../../testbed/lambda/function-process";
import { skipBecause } from "../../support/needing";
import { unpackedRotation } from "../zips/support/unpacked";
import { withNodeReleases } from "../zips/support/with-node-releases";
import { emulatedSecretsManager } from "./support/emulated-secrets-manager";
import { onEachServer } from "./support/mysql-servers";
import { MySqlWorld } from "./support/mysql-world";
import { STEPS, World } from "./support/world";

/** A checkout of aws-samples/aws-secrets-manager-rotation-lambdas, and a Python with boto3, PyGreSQL and PyMySQL. */
const { AWS_ROTATION_FUNCTIONS: checkout, AWS_ROTATION_PYTHON: python = "python3" } = process.env;

/** As in `adopt`, of what the process is told. */
const CONFIGURATION = {
  FunctionName: "rotation",
  FunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:rotation",
  Role: "",
  CodeSha256: "",
  Handler: "index.handler",
  Runtime: "nodejs24.x",
  Timeout: 60,
  MemorySize: 256,
};

if (checkout === undefined) {
  skipBecause(
    "AWS's rotation functions are not here: name a checkout of aws-samples/aws-secrets-manager-rotation-lambdas in " +
      "AWS_ROTATION_FUNCTIONS, and a Python with boto3, PyGreSQL, PyMySQL and cryptography in AWS_ROTATION_PYTHON",
  );
} else {
  jest.setTimeout(240_000);
  withNodeReleases((nodes) => goBackAndForth(nodes["nodejs24.x"]));
}

/** Ours is the zip, in a process of its own, as theirs are. */
function goBackAndForth(node: string): void {
  const aws = emulatedSecretsManager();
  let zip: string;
  beforeAll(() => {
    zip = unpackedRotation();
  });

  describe("PostgreSQL", () => onDatabase(() => World.start({ plaintext: true }), "PostgreSQL"));
  onEachServer((server) =>
    onDatabase(() => MySqlWorld.start(server), server.isMariaDb ? "MariaDB" : "MySQL"),
  );

  function onDatabase(start: () => Promise<World | MySqlWorld>, engine: string): void {
    let world: World | MySqlWorld;
    beforeAll(async () => {
      world = await start();
    });
    afterAll(() => world?.stop());

    let count = 0;
    const create = async (value: object): Promise<string> => {
      const SecretString = JSON.stringify(value);
      const { ARN = "" } = await aws.client.send(
        new CreateSecretCommand({ Name: randomUUID(), SecretString }),
      );
      return ARN;
    };
    const current = async (arn: string): Promise<Record<string, string>> =>
      JSON.parse((await aws.client.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString ?? "");

    test.each([
      ["single-user", "ours, AWS's, AWS's, ours, ours, AWS's, ours", "SingleUser"],
      ["alternating-users", "ours, AWS's, AWS's, ours, ours, AWS's, ours", "MultiUser"],
      // The pair is AWS's, seen first with the clone in use and then with the user.
      ["alternating-users", "AWS's, ours, ours, AWS's, ours", "MultiUser"],
      ["alternating-users", "AWS's, AWS's, ours, ours, ours", "MultiUser"],
    ])("a secret rotates (%s: %s)", async (strategy, order, folder) => {
      const [{ version }] = (await world.asSuperuser("SELECT version() AS version")) as [{ version: string }];
      if (engine === "MySQL" && !version.startsWith("8.")) {
        console.log(`AWS's function takes MySQL ${version} for one before 8; nothing to go back to`);
        return;
      }
      const user = `user_${count++}`;
      const password = randomBytes(12).toString("base64url");
      await world.createUser(user, password);
      // AWS's functions trust the machine's authorities only.
      const connection = { ...world.connection(user), ssl: false };
      const superuserArn = await create({ ...connection, ...world.database.superuser });
      const masterarn = strategy === "single-user" ? {} : { masterarn: superuserArn };
      const arn = await create({ ...connection, password, ...masterarn, note: "kept" });
      await aws.client.send(
        new RotateSecretCommand({
          SecretId: arn,
          RotationLambdaARN: "arn:aws:lambda:eu-central-1:123456789012:function:rotation",
          RotationRules: { AutomaticallyAfterDays: 7 },
          RotateImmediately: false,
        }),
      );
      const ours = async (event: object) => {
        const { error } = await callFunction(
          {
            configuration: CONFIGURATION,
            directory: zip,
            environment: {
              DATABASE_HOSTS: "localhost",
              HOSTS_WITHOUT_TLS: "localhost",
              SUPERUSER_SECRET_ARN: superuserArn,
              AWS_REGION: "eu-central-1",
              AWS_ACCESS_KEY_ID: "test",
              AWS_SECRET_ACCESS_KEY: "test",
              AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.emulator.endpoint,
            },
            hosts: [],
            event,
            requestId: randomUUID(),
            log: new PassThrough().resume(),
            node,
          },
          new Promise(() => {}),
        );
        if (error) throw new Error(error.errorMessage);
      };
      const theirs = async (event: object) => {
        const written = JSON.stringify(JSON.stringify(event));
        const call = `lambda_function.lambda_handler(json.loads(${written}), None)`;
        const program = `import json, lambda_function; ${call}`;
        await promisify(execFile)(python, ["-c", program], {
          cwd: join(String(checkout), `SecretsManagerRDS${engine}Rotation${folder}`),
          env: { ...process.env, SECRETS_MANAGER_ENDPOINT: aws.emulator.endpoint },
        });
      };
      for (const whose of order.split(", ")) {
        const steps = whose === "ours" ? ours : theirs;
        const before = await current(arn);
        const token = randomUUID();
        await aws.emulator.secretsManager.beginRotation(arn, token, aws.headers);
        for (const Step of STEPS) await steps({ SecretId: arn, ClientRequestToken: token, Step });
        await aws.emulator.secretsManager.endRotation(arn, aws.headers);

        const after = await current(arn);
        expect(await world.logsIn(after.username, after.password)).toBe(true);
        expect(after.password).not.toBe(before.password);
        expect(after.username === before.username).toBe(strategy === "single-user");
        // Every other field is as it was.
        expect({ ...after, username: "", password: "" }).toEqual({ ...before, username: "", password: "" });
      }
    });
  }
}
