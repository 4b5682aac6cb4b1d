import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LoginRefusedError, VersionStateError } from "../../../../lambda/rotation/support/errors";
import { type RotationWorld, STEPS } from "../support/rotation-world";

/** Rotations of each strategy. */
const OVERTAKEN = Number(process.env.OVERTAKEN ?? 6);

/** A database whose rotations are overtaken. */
export interface OvertakenTarget<World extends RotationWorld> {
  start(): Promise<World>;
  /** Keeps what the server has of these users' passwords, and gives what brings it back, as a restored database has it. */
  backUp(world: World, users: readonly string[]): Promise<() => Promise<void>>;
}

/** The tests of rotations that another one, or somebody, overtakes. */
export function playOvertaken<World extends RotationWorld>(target: OvertakenTarget<World>): void {
  let world: World;
  beforeAll(async () => {
    world = await target.start();
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.reset());

  /** A secret that has been rotated before. */
  async function workingSecret(strategy: string): Promise<string> {
    const { arn } = await world.workingSecret({ "rotation:strategy": strategy });
    await world.rotate(arn);
    return arn;
  }

  /** In the midst of a rotation's setSecret somebody drops its label, and another rotation does some of its steps. */
  async function overtaken(arn: string, steps: number): Promise<{ failure: unknown; next: string }> {
    const token = world.secrets.startRotation(arn);
    await world.step(arn, token, "createSecret");
    let next = "";
    world.whenLoggedIn(async () => {
      world.secrets.abandonRotation(arn);
      next = world.secrets.startRotation(arn);
      for (const step of STEPS.slice(0, steps)) await world.step(arn, next, step);
    });
    const failure = await world.step(arn, token, "setSecret").catch((error) => error);
    return { failure, next };
  }

  describe.each(["single-user", "alternating-users"])("%s", (strategy) => {
    test(
      "a password that comes within the moment in which nobody looks at the label is replaced by the next rotation",
      async () => {
        const arn = await workingSecret(strategy);
        for (let rotation = 0; rotation < OVERTAKEN; rotation++) {
          // AWSCURRENT is now the one user, now the other.
          const steps = [1, 2, 3, 4, 1, 4][rotation % 6] ?? 1;
          world.clock = () => 0;
          const { failure, next } = await overtaken(arn, steps);
          expect(failure).toBeUndefined();
          if (steps < STEPS.length) await world.steps(arn, next, "setSecret");
          else {
            world.secrets.completeRotation(arn);
            expect(await world.currentLogsIn(arn)).toBe(false);
            await world.rotate(arn);
          }
          expect(await world.currentLogsIn(arn)).toBe(true);
        }
        await world.rotate(arn);
        expect(await world.currentLogsIn(arn)).toBe(true);
      },
      30_000 + OVERTAKEN * 10_000,
    );

    test("where connections take 350 ms, the one that was overtaken looks at the label and changes nothing", async () => {
      const arn = await workingSecret(strategy);
      const { ownEngine } = world;
      const slowly: typeof ownEngine.login = async (server, credentials) => {
        await sleep(350);
        return await ownEngine.login(server, credentials);
      };
      const token = world.secrets.startRotation(arn);
      await world.step(arn, token, "createSecret");
      let next = "";
      let logins = 0;
      world.engine = {
        ...ownEngine,
        login: async (server, credentials) => {
          const login = await slowly(server, credentials);
          if (++logins !== 2) return login;
          world.secrets.abandonRotation(arn);
          next = world.secrets.startRotation(arn);
          await world.step(arn, next, "createSecret");
          return login;
        },
      };
      await expect(world.step(arn, token, "setSecret")).rejects.toBeInstanceOf(VersionStateError);
      await world.steps(arn, next, "setSecret");
      expect(await world.currentLogsIn(arn)).toBe(true);
    });
  });

  test("a run of alternating users that was overtaken while it aligned them sets no password", async () => {
    const arn = await workingSecret("alternating-users");
    const token = world.secrets.startRotation(arn);
    await world.step(arn, token, "createSecret");
    const { username, password } = world.secrets.at(arn, "AWSPREVIOUS");
    world.clock = () => 0;
    const { ownEngine } = world;
    world.engine = {
      ...ownEngine,
      login: async (server, credentials) => {
        const login = await ownEngine.login(server, credentials);
        if ("refused" in login || credentials.username !== world.database.superuser.username) return login;
        const alignPair: typeof login.session.alignPair = async (pair) => {
          const aligned = await login.session.alignPair(pair);
          world.secrets.abandonRotation(arn);
          world.heldUpMs = 1_000;
          return aligned;
        };
        return { ...login, session: { ...login.session, alignPair } };
      },
    };
    await expect(world.step(arn, token, "setSecret")).rejects.toBeInstanceOf(VersionStateError);
    expect(await world.logsIn(username, password)).toBe(true);
  });

  test("a value that somebody puts as AWSPENDING during setSecret is set by the next call", async () => {
    const arn = await workingSecret("single-user");
    const token = world.secrets.startRotation(arn);
    await world.step(arn, token, "createSecret");
    const put = randomUUID();
    world.clock = () => 0;
    world.whenLoggedIn(async () => {
      const value = JSON.stringify({ ...world.secrets.at(arn, "AWSCURRENT"), password: "put-by-somebody" });
      world.secrets.abandonRotation(arn);
      world.secrets.secret(arn).versions.set(put, { value, stages: new Set(["AWSPENDING"]) });
    });
    await world.step(arn, token, "setSecret");
    await expect(world.step(arn, token, "testSecret")).rejects.toThrow(/not AWSPENDING/);
    // The version that is pending is the one that Secrets Manager goes on with.
    await world.steps(arn, put);
    expect(world.secrets.at(arn, "AWSCURRENT").password).toBe("put-by-somebody");
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test("of two calls of setSecret at once, the slower one accuses nobody", async () => {
    const arn = await workingSecret("single-user");
    const token = world.secrets.startRotation(arn);
    await world.step(arn, token, "createSecret");
    world.engine = {
      ...world.ownEngine,
      login: async (server, credentials) => {
        world.engine = world.ownEngine;
        const login = await world.ownEngine.login(server, credentials);
        await world.step(arn, token, "setSecret");
        return login;
      },
    };
    await world.step(arn, token, "setSecret");
    expect(world.lastLog().outcome).toBe("kept: another call of this step has set AWSPENDING");
    await world.steps(arn, token, "testSecret");
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test("alternating users of a database that was restored get the commands that bring them back", async () => {
    const arn = await workingSecret("alternating-users");
    const user = String(world.secrets.at(arn, "AWSCURRENT").username).replace("_clone", "");
    await world.rotate(arn);
    const restore = await target.backUp(world, [user, `${user}_clone`]);
    await world.rotate(arn);
    await restore();
    expect(await world.currentLogsIn(arn)).toBe(false);

    const failure: Error = await world.rotate(arn).catch((error) => error);
    expect(failure).toBeInstanceOf(LoginRefusedError);
    expect(failure.message).toMatch(/AWSPREVIOUS: logs in\..*restored to before the last rotation/);
    const [pending, current] = [
      ...failure.message.matchAll(
        /--version-stage (\w+)(?: --move-to-version-id (\S+))? --remove-from-version-id ([^;\s]+)/g,
      ),
    ];
    expect(pending?.[1]).toBe("AWSPENDING");
    world.secrets.abandonRotation(arn);
    expect(current?.[1]).toBe("AWSCURRENT");
    await world.secrets.moveCurrent(arn, { from: current?.[3], to: current?.[2] ?? "" });
    expect(await world.currentLogsIn(arn)).toBe(true);
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test("no password is in our log, in an error or in the server's log", async () => {
    expect(world.secrets.passwords.size).toBeGreaterThan(20);
    expect(await world.leaks()).toEqual([]);
  });
}
