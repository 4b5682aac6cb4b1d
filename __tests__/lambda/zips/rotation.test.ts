import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { ROTATION_STEPS, RotationFailed } from "../../../testbed/aws/rotation-scheduler";
import { DeployedFunctions } from "../../testbed/lambda/deployed-functions";
import { onEachServer } from "../rotation/support/mysql-servers";
import { MySqlWorld } from "../rotation/support/mysql-world";
import { World } from "../rotation/support/world";
import { Deployment, HOST, type Strategy } from "./support/deployment";
import { withNodeReleases } from "./support/with-node-releases";

const STRATEGIES: readonly Strategy[] = ["single-user", "alternating-users"];
const HOSTS = ["localhost", HOST];

/** Of each engine and strategy. */
const KILLS = Number(process.env.KILLS ?? 2);
const SEED = Number(process.env.KILLS_SEED ?? Date.now() % 2 ** 31);

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
    afterAll(() => world?.stop());

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

    test.each(STRATEGIES)(
      "after a kill -9 at any moment the next rotation repairs (%s)",
      async (strategy) => {
        const idleMs = (await deployment.invoke("", {})).durationMs;
        let arn = await deployment.createSecret(strategy);
        let { durationsMs } = await deployment.rotate(arn);
        const plan = fc.record({
          step: fc.constantFrom(...ROTATION_STEPS),
          moment: fc.double({ min: 0, max: 1.1, noNaN: true }),
          isNewSecret: fc.boolean(),
          isTakenUp: fc.boolean(),
        });
        let killed = 0;
        for (const { step, moment, isNewSecret, isTakenUp } of fc.sample(plan, {
          numRuns: KILLS,
          seed: SEED,
        })) {
          const played = `KILLS_SEED=${SEED}, kill ${killed}: ${JSON.stringify({ step, moment, isNewSecret, isTakenUp })}`;
          if (isNewSecret) arn = await deployment.createSecret(strategy);
          const afterMs = idleMs + moment * Math.max(durationsMs[step] - idleMs, 10);
          const failure = await deployment.rotate(arn, { kill: { step, afterMs } }).catch((error) => error);
          if (failure instanceof Error) {
            if (!(failure instanceof RotationFailed) || failure.cause.errorType !== "Runtime.ExitError")
              throw failure;
            killed++;
            const labels = strategy === "single-user" ? ["AWSCURRENT", "AWSPENDING"] : ["AWSCURRENT"];
            const values = await Promise.all(labels.map((label) => deployment.value(arn, label)));
            const isOpen = (await Promise.all(values.map(logsIn))).includes(true);
            // Before the first rotation nobody has a password.
            if (values[0]?.password !== undefined && !isOpen) throw new Error(`${played}: nobody can log in`);
            if (!isTakenUp) await deployment.abandon(arn);
            const token = isTakenUp ? failure.token : undefined;
            ({ durationsMs } = await deployment.rotate(arn, { token }).catch((error) => {
              throw new Error(`${played}: the next rotation did not repair`, { cause: error });
            }));
          }
          if (!(await logsIn(await deployment.value(arn, "AWSCURRENT"))))
            throw new Error(`${played}: AWSCURRENT does not log in`);
        }
        console.log(
          `${engineName}, ${strategy}: ${KILLS} kills (seed ${SEED}), ${killed} before the step's end`,
        );
      },
    );

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
