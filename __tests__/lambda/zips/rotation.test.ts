import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { DeployedFunctions } from "../../testbed/lambda/deployed-functions";
import { onEachServer } from "../rotation/support/mysql-servers";
import { MySqlWorld } from "../rotation/support/mysql-world";
import { World } from "../rotation/support/world";
import { Deployment, HOST, STRATEGIES } from "./support/deployment";
import { KILLS, playKills } from "./support/kills";
import { withNodeReleases } from "./support/with-node-releases";

const HOSTS = ["localhost", HOST];

jest.setTimeout(120_000 + KILLS * 30_000);

withNodeReleases((nodes) => {
  let directory: string;
  let emulator: AwsEmulator;
  let functions: DeployedFunctions;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "zips-"));
    emulator = await startAwsEmulator({ directory });
    functions = await DeployedFunctions.on(emulator.endpoint, directory);
  });
  afterAll(async () => {
    await emulator?.stop();
    await rm(directory, { recursive: true });
  });

  describe("PostgreSQL", () => rotates("aurora-postgresql", () => World.start({ hosts: HOSTS })));
  onEachServer((server) => rotates(server.engineName, () => MySqlWorld.start(server, { hosts: HOSTS })));

  function rotates(engineName: string, start: () => Promise<World | MySqlWorld>): void {
    let world: World | MySqlWorld;
    let deployment: Deployment;
    beforeAll(async () => {
      world = await start();
      const { port, databaseName, superuser } = world.database;
      const { certificatePem } = world.certificateAuthority;
      const database = { engineName, port, databaseName, superuser, certificatePem };
      deployment = await Deployment.start({ emulator, functions }, nodes, database);
    });
    afterAll(async () => {
      await deployment?.stop();
      await world?.stop();
    });

    const logsIn = (value: Partial<Record<string, string>> | undefined) =>
      world.logsIn(value?.username, value?.password);

    test.each(STRATEGIES)("the zip makes the user and rotates it on every Node (%s)", async (strategy) => {
      const arn = await deployment.createSecret(strategy);
      const before: Record<string, string>[] = [];
      for (let rotation = 0; rotation < 3; rotation++) {
        await deployment.rotate(arn);
        const current = (await deployment.value(arn, "AWSCURRENT")) ?? {};
        expect(await logsIn(current)).toBe(true);
        before.push(current);
      }
      const users = new Set(before.map(({ username }) => username));
      expect(users.size).toBe(strategy === "single-user" ? 1 : 2);
      // Each user has its newest password and no other one; on MySQL a user of its own keeps the one before.
      const valid = engineName === "mysql" ? 2 : users.size;
      for (const [index, value] of before.entries())
        expect(await logsIn(value)).toBe(index >= before.length - valid);
    });

    test("a step that fails says why, and whose fault it is not", async () => {
      const arn = await deployment.createSecret("single-user");
      await deployment.rotate(arn);
      const user = (await deployment.value(arn, "AWSCURRENT"))?.username ?? "";
      await world.setPassword(user, "another-than-any");
      await expect(deployment.rotate(arn)).rejects.toThrow(
        /setSecret failed with LoginRefusedError: .*refused/,
      );
    });

    test.each(STRATEGIES)("after kill -9 at any moment the next rotation repairs (%s)", async (strategy) => {
      console.log(`${engineName}, ${strategy}: ${await playKills(deployment, strategy, logsIn)}`);
    });

    // Of the database's engine it knows nothing.
    if (engineName === "aurora-postgresql")
      test("a rotation goes on where Secrets Manager has one answer in two seconds for it", async () => {
        const arn = await deployment.createSecret("single-user");
        emulator.faults.begin({ seed: 1, latencyMs: 0, leftRate: () => 1 / 2, staleMs: 0 });
        await deployment.rotate(arn).finally(() => emulator.faults.end());
        expect(emulator.faults.counts.throttled).toBeGreaterThan(0);
        expect(await logsIn(await deployment.value(arn, "AWSCURRENT"))).toBe(true);
      });

    test.each([
      ["nodejs22.x", "single-user"],
      ["nodejs24.x", "alternating-users"],
    ] as const)("the Node sample's zip on %s goes on through rotations (%s)", async (runtime, strategy) => {
      const isRefused = strategy === "single-user" && engineName !== "mysql";
      const arn = await deployment.createSecret(strategy);
      await deployment.rotate(arn);
      const consumer = await deployment.startConsumer(arn, runtime);
      const asks = async () => {
        const { result, error } = await consumer.invoke({});
        expect(error).toBeUndefined();
        const { databaseUser, secretVersion, secretSource } = result as Record<string, string>;
        return { databaseUser, secretVersion, secretSource };
      };
      const current = async () => {
        const { id, fields } = (await deployment.versions(arn)).find((version) => version.current) ?? {};
        return { databaseUser: fields?.username, secretVersion: id, secretSource: "secrets-manager" };
      };
      try {
        const before = await current();
        expect(await asks()).toEqual(before);
        await deployment.rotate(arn);
        // What it keeps for five minutes is refused now, if it is the only user's, and read anew; MySQL takes both.
        expect(await asks()).toEqual(isRefused ? await current() : before);
        await deployment.rotate(arn);
        // The second rotation takes the first user's password away, too.
        expect(await asks()).toEqual(await current());
      } finally {
        await consumer.end();
      }
    });

    test("no log has a password", async () => {
      const files = (await readdir(directory, { recursive: true })).filter((file) => file.endsWith(".log"));
      const logs = await Promise.all(files.map((file) => readFile(join(directory, file), "utf8")));
      const text = [...logs, await world.serverLog()].join("\n");
      const passwords = (await deployment.versions()).flatMap(({ fields: { password } }) => password ?? []);
      expect(passwords.length).toBeGreaterThan(10);
      expect(passwords.filter((password) => text.includes(password))).toEqual([]);
    });
  }
});
