import { setTimeout as sleep } from "node:timers/promises";
import { World } from "../../support/world";

/** The log is not written out by itself between a commit and the crash. */
const SLOW_WRITER = { synchronous_commit: "on", wal_writer_delay: "10s" };

/** Of each strategy. */
const CRASHES = Number(process.env.CRASHES ?? 2);

let world: World;
beforeAll(async () => {
  world = await World.start({ settings: SLOW_WRITER });
});
afterAll(() => world?.stop());

async function walWriter(): Promise<number | undefined> {
  const query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'";
  return await world.database.asAdmin(async (admin) => (await admin.query(query)).rows[0]?.pid);
}

/** Kills one of the server's processes: it drops what is in memory only, and starts anew. */
async function crash(): Promise<void> {
  const killed = await walWriter();
  if (killed === undefined) throw new Error("there is no process to kill");
  process.kill(killed, "SIGKILL");
  for (let now: number | undefined = killed; now === undefined || now === killed; ) {
    await sleep(20);
    now = await walWriter().catch(() => undefined);
  }
}

async function secretOf(user: string, more: object): Promise<string> {
  await world.createUser(user, "known");
  return world.secrets.create({ ...world.connection(user), password: "known", ...more });
}

test.each(["single-user", "alternating-users"])(
  "a password of %s survives a crash right after the rotation, whatever database and role say of commits",
  async (strategy) => {
    const user = `durable_${strategy.replace("-", "_")}`;
    const arn = await secretOf(user, strategy === "single-user" ? {} : { masterarn: world.superuserArn });
    await world.database.asAdmin(async (admin) => {
      await admin.query("ALTER DATABASE app SET synchronous_commit = off");
      await admin.query(`ALTER ROLE "${user}" SET synchronous_commit = off`);
      await admin.query("CHECKPOINT");
    });
    for (let rotation = 0; rotation < CRASHES; rotation++) {
      await world.rotate(arn);
      await crash();
      expect(await world.currentLogsIn(arn)).toBe(true);
    }
  },
  30_000 + CRASHES * 10_000,
);
