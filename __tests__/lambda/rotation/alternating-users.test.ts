import { randomBytes } from "node:crypto";
import { STEPS, World } from "./support/world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());
beforeEach(() => world.reset());

let count = 0;

async function workingSecret(
  tags: Record<string, string> = {},
  name = `alternating_${count++}`,
): Promise<{ arn: string; user: string }> {
  const password = randomBytes(12).toString("base64url");
  await world.createUser(name, password);
  const value = { ...world.connection(name), password, masterarn: world.superuserArn };
  return { user: name, arn: world.secrets.create(value, tags) };
}

test("four rotations in a row take turns between the user and its clone", async () => {
  const { arn, user } = await workingSecret();
  const users: (string | undefined)[] = [];
  for (let rotation = 0; rotation < 4; rotation++) {
    users.push((await world.rotate(arn)).username);
    expect(await world.currentLogsIn(arn)).toBe(true);
  }
  expect(users).toEqual([`${user}_clone`, user, `${user}_clone`, user]);
});

test("the password that was AWSCURRENT logs in until the rotation after the next", async () => {
  const { arn, user } = await workingSecret();
  const { password } = world.secrets.at(arn, "AWSCURRENT");
  await world.rotate(arn);
  expect(await world.logsIn(user, password)).toBe(true);
  await world.rotate(arn);
  expect(await world.logsIn(user, password)).toBe(false);
});

test("AWSCURRENT logs in after every step", async () => {
  const { arn } = await workingSecret();
  for (let rotation = 0; rotation < 2; rotation++) {
    const token = world.secrets.startRotation(arn);
    for (const step of STEPS) {
      await world.step(arn, token, step);
      expect(await world.currentLogsIn(arn)).toBe(true);
    }
    world.secrets.completeRotation(arn);
  }
});

test("each step can run twice", async () => {
  const { arn } = await workingSecret();
  const token = world.secrets.startRotation(arn);
  for (const step of STEPS) {
    await world.step(arn, token, step);
    await world.step(arn, token, step);
  }
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("a secret whose AWSCURRENT is already a clone goes back to the plain name", async () => {
  const { arn } = await workingSecret({}, "started_clone");
  expect((await world.rotate(arn)).username).toBe("started");
  expect((await world.rotate(arn)).username).toBe("started_clone");
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("the clone can use what was granted to the user", async () => {
  const { arn, user } = await workingSecret();
  await world.asSuperuser("CREATE TABLE public.ledger (id int)", `GRANT SELECT ON public.ledger TO ${user}`);
  const { username, password } = await world.rotate(arn);
  expect(await world.asUser(username, password, "SELECT id FROM public.ledger")).toEqual([]);
});

test("tables that the user made itself do not stop later rotations", async () => {
  const { arn, user } = await workingSecret({
    "rotation:grants": "USAGE+CREATE:schema:public SELECT+INSERT:tables:public",
  });
  await world.asSuperuser(`GRANT CREATE ON SCHEMA public TO ${user}`);
  const { username, password } = world.secrets.at(arn, "AWSCURRENT");
  await world.asUser(username, password, "CREATE TABLE public.own_table (id int)");
  for (let rotation = 0; rotation < 4; rotation++) {
    await world.rotate(arn);
    const now = world.secrets.at(arn, "AWSCURRENT");
    await world.asUser(now.username, now.password, "INSERT INTO public.own_table VALUES (1)");
  }
});

test("tables that cannot be granted are named in a warning", async () => {
  const { arn } = await workingSecret({ "rotation:grants": "SELECT:tables:vault" });
  await world.createUser("hermit", "hermits-password");
  await world.asSuperuser("CREATE SCHEMA vault", "GRANT CREATE, USAGE ON SCHEMA vault TO hermit");
  await world.asUser("hermit", "hermits-password", "CREATE TABLE vault.treasure (id int)");
  await world.rotate(arn);
  const warning = world.logLines.map((line) => JSON.parse(line)).findLast(({ level }) => level === "warn");
  expect(warning).toMatchObject({
    step: "setSecret",
    count: 1,
    objects: ["SELECT on vault.treasure, owned by hermit"],
  });
});

test("group roles and grants declared later are there after the next rotation", async () => {
  const { arn } = await workingSecret();
  await world.asSuperuser(
    "CREATE ROLE readers",
    "CREATE SCHEMA reports",
    "CREATE TABLE reports.daily (id int)",
  );
  await world.rotate(arn);
  const { tags } = world.secrets.secret(arn);
  tags.set("rotation:group-roles", "readers");
  tags.set("rotation:grants", "USAGE:schema:reports SELECT:tables:reports");
  for (let rotation = 0; rotation < 2; rotation++) {
    const { username, password } = await world.rotate(arn);
    const rows = await world.asUser(
      username,
      password,
      "SELECT pg_has_role('readers', 'MEMBER') AS member, count(*)::int AS rows FROM reports.daily",
    );
    expect(rows).toEqual([{ member: true, rows: 0 }]);
  }
});

test("a failed grant takes the new password back, so that a repeat does everything", async () => {
  const { arn, user } = await workingSecret({ "rotation:group-roles": "not_there_yet" });
  const token = world.secrets.startRotation(arn);
  await world.step(arn, token, "createSecret");
  await expect(world.step(arn, token, "setSecret")).rejects.toThrow(/"not_there_yet".*\[42704\]/);
  expect(await world.asSuperuser(`SELECT 1 FROM pg_roles WHERE rolname = '${user}_clone'`)).toEqual([]);
  await world.asSuperuser("CREATE ROLE not_there_yet");
  await world.steps(arn, token, "setSecret");
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("an alternate name of more than 63 bytes is refused before anything is written", async () => {
  const { arn } = await workingSecret({}, `long_${"x".repeat(55)}`);
  await expect(world.rotate(arn)).rejects.toThrow(/63 bytes/);
  expect(world.secrets.calls).not.toContain("putPending");
});

test("many rotations at the same moment all succeed", async () => {
  const tags = { "rotation:grants": "CONNECT:database USAGE:schema:public SELECT:tables:public" };
  const arns: string[] = [];
  for (let index = 0; index < 6; index++) arns.push((await workingSecret(tags)).arn);
  await Promise.all(arns.map((arn) => world.rotate(arn)));
  expect(await Promise.all(arns.map((arn) => world.currentLogsIn(arn)))).toEqual(arns.map(() => true));
});

test("no password is in our log, in an error or in the server's log", async () => {
  expect(world.secrets.passwords.size).toBeGreaterThan(20);
  expect(await world.leaks()).toEqual([]);
});
