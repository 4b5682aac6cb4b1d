import { DatabaseUnavailableError } from "../../../../lambda/rotation/support/errors";
import { STEPS, World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());
beforeEach(() => world.reset());

test("four rotations in a row take turns between the user and its clone", async () => {
  const { arn, user } = await world.alternatingSecret();
  const users: (string | undefined)[] = [];
  for (let rotation = 0; rotation < 4; rotation++) {
    users.push((await world.rotate(arn)).username);
    expect(await world.currentLogsIn(arn)).toBe(true);
  }
  expect(users).toEqual([`${user}_clone`, user, `${user}_clone`, user]);
});

test("a rotation takes twelve calls", async () => {
  const { arn } = await world.alternatingSecret();
  for (let rotation = 0; rotation < 2; rotation++) {
    expect(await world.callsOfRotation(arn)).toEqual([
      ...["describe", "getValue AWSCURRENT", "putPending"],
      ...["describe", "getValue AWSPENDING", "getValue AWSCURRENT", "getValue AWSCURRENT"],
      ...["describe", "getValue AWSPENDING"],
      ...["describe", "getValue AWSPENDING", "moveCurrent"],
    ]);
  }
});

test("the password that was AWSCURRENT logs in until the rotation after the next", async () => {
  const { arn, user } = await world.alternatingSecret();
  const { password } = world.secrets.at(arn, "AWSCURRENT");
  await world.rotate(arn);
  expect(await world.logsIn(user, password)).toBe(true);
  await world.rotate(arn);
  expect(await world.logsIn(user, password)).toBe(false);
});

test("AWSCURRENT logs in after every step", async () => {
  const { arn } = await world.alternatingSecret();
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
  const { arn } = await world.alternatingSecret();
  const token = world.secrets.startRotation(arn);
  for (const step of STEPS) {
    await world.step(arn, token, step);
    await world.step(arn, token, step);
  }
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("a secret whose AWSCURRENT is already a clone goes back to the plain name", async () => {
  const { arn } = await world.alternatingSecret({}, "started_clone");
  expect((await world.rotate(arn)).username).toBe("started");
  expect((await world.rotate(arn)).username).toBe("started_clone");
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("the clone can use what was granted to the user", async () => {
  const { arn, user } = await world.alternatingSecret();
  await world.asSuperuser("CREATE TABLE public.ledger (id int)", `GRANT SELECT ON public.ledger TO ${user}`);
  const { username, password } = await world.rotate(arn);
  expect(await world.asUser(username, password, "SELECT id FROM public.ledger")).toEqual([]);
});

test("tables that the user made itself do not stop later rotations", async () => {
  const { arn, user } = await world.alternatingSecret({
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

test("tables that cannot be granted are named in a warning, in the order of the tag", async () => {
  const { arn } = await world.alternatingSecret({
    "rotation:grants": "SELECT:tables:vault SELECT:tables:attic",
  });
  await world.createUser("hermit", "hermits-password");
  for (const [schema, table] of [
    ["vault", "treasure"],
    ["attic", "dust"],
  ]) {
    await world.asSuperuser(`CREATE SCHEMA ${schema}`, `GRANT CREATE, USAGE ON SCHEMA ${schema} TO hermit`);
    await world.asUser("hermit", "hermits-password", `CREATE TABLE ${schema}.${table} (id int)`);
  }
  await world.rotate(arn);
  const warning = world.logLines.map((line) => JSON.parse(line)).findLast(({ level }) => level === "warn");
  expect(warning).toMatchObject({
    step: "setSecret",
    count: 2,
    objects: ["SELECT on vault.treasure, owned by hermit", "SELECT on attic.dust, owned by hermit"],
  });
});

test("group roles and grants declared later are there after the next rotation", async () => {
  const { arn } = await world.alternatingSecret();
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
  const { arn, user } = await world.alternatingSecret({ "rotation:group-roles": "not_there_yet" });
  const token = world.secrets.startRotation(arn);
  await world.step(arn, token, "createSecret");
  await expect(world.step(arn, token, "setSecret")).rejects.toThrow(/"not_there_yet".*\[42704\]/);
  expect(await world.asSuperuser(`SELECT 1 FROM pg_roles WHERE rolname = '${user}_clone'`)).toEqual([]);
  await world.asSuperuser("CREATE ROLE not_there_yet");
  await world.steps(arn, token, "setSecret");
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("an alternate name of more than 63 bytes is refused before anything is written", async () => {
  const { arn } = await world.alternatingSecret({}, `long_${"x".repeat(55)}`);
  await expect(world.rotate(arn)).rejects.toThrow(/63 bytes/);
  expect(world.secrets.calls).not.toContain("putPending");
});

test("many rotations at the same moment all succeed", async () => {
  const tags = { "rotation:grants": "CONNECT:database USAGE:schema:public SELECT:tables:public" };
  const arns: string[] = [];
  for (let index = 0; index < 6; index++) arns.push((await world.alternatingSecret(tags)).arn);
  await Promise.all(arns.map((arn) => world.rotate(arn)));
  expect(await Promise.all(arns.map((arn) => world.currentLogsIn(arn)))).toEqual(arns.map(() => true));
});

test("a run that was held up while another rotation finished changes nothing", async () => {
  const { arn } = await world.alternatingSecret();
  await world.rotate(arn);
  const late = world.secrets.startRotation(arn);
  await world.step(arn, late, "createSecret");
  world.whenLoggedIn(async () => {
    world.secrets.abandonRotation(arn);
    await world.rotate(arn);
    world.heldUpMs += 60_000;
  });
  await expect(world.step(arn, late, "setSecret")).rejects.toThrow(/no such version|not AWSPENDING/);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("what either user makes the other can use, change and drop, after any number of rotations", async () => {
  const { arn, user } = await world.alternatingSecret();
  await world
    .asSuperuser(`CREATE SCHEMA shared AUTHORIZATION ${user}`)
    .catch(() =>
      world.database.asAdmin((admin) => admin.query(`CREATE SCHEMA shared AUTHORIZATION ${user}`)),
    );
  world.logLines.length = 0;
  for (let rotation = 0; rotation < 5; rotation++) {
    const { username, password } =
      rotation === 0 ? world.secrets.at(arn, "AWSCURRENT") : await world.rotate(arn);
    const older = rotation - 1;
    await world.asUser(
      username,
      password,
      `CREATE TABLE shared.t${rotation} (id serial)`,
      `CREATE FUNCTION shared.f${rotation}() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      ...(rotation === 0
        ? []
        : [
            `INSERT INTO shared.t${older} DEFAULT VALUES`,
            `SELECT shared.f${older}()`,
            `ALTER TABLE shared.t${older} ADD note text`,
            `DROP FUNCTION shared.f${older}()`,
            ...(rotation > 1 ? [`DROP TABLE shared.t${rotation - 2}`] : []),
          ]),
    );
  }
  expect(world.logLines.join()).not.toContain("shared objects with the alternate user");
  // Sessions that the other user opened before the rotation and still has.
  const previous = world.secrets.at(arn, "AWSPREVIOUS");
  await world.asUser(previous.username, previous.password, "INSERT INTO shared.t4 DEFAULT VALUES");
});

test("objects of a pair that AWS's function rotated before are shared by the second rotation", async () => {
  const { arn, user } = await world.alternatingSecret();
  await world.createUser(`${user}_clone`, "made-by-aws");
  await world.asSuperuser(`GRANT ${user} TO ${user}_clone`, `GRANT CREATE ON SCHEMA public TO ${user}`);
  await world.asUser(
    user,
    world.secrets.at(arn, "AWSCURRENT").password,
    "CREATE TABLE public.by_user (id int)",
  );
  await world.asUser(`${user}_clone`, "made-by-aws", "CREATE TABLE public.by_clone (id int)");
  for (let rotation = 0; rotation < 3; rotation++) {
    const now = await world.rotate(arn);
    if (rotation > 0)
      await world.asUser(now.username, now.password, "INSERT INTO public.by_clone VALUES (1)");
    await world.asUser(now.username, now.password, "INSERT INTO public.by_user VALUES (1)");
  }
  expect(
    await world.asSuperuser(
      "SELECT DISTINCT tableowner FROM pg_tables WHERE tablename IN ('by_user', 'by_clone')",
    ),
  ).toEqual([{ tableowner: user }]);
});

test("objects that cannot be shared are named in a warning, and the rotation goes on", async () => {
  const { arn, user } = await world.alternatingSecret();
  const { password } = await world.rotate(arn);
  await world.database.asAdmin((admin) =>
    admin.query(`CREATE SCHEMA closed; GRANT USAGE, CREATE ON SCHEMA closed TO ${user}_clone`),
  );
  await world.asUser(
    `${user}_clone`,
    password,
    "SET ROLE NONE",
    "CREATE FUNCTION closed.own() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  );
  await world.rotate(arn);
  expect(world.logLines.join()).toMatch(
    /objects could not be shared with the alternate user.*permission denied for schema closed.*grant it CREATE on the schemas/,
  );
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("no password is in our log, in an error or in the server's log", async () => {
  expect(world.secrets.passwords.size).toBeGreaterThan(20);
  expect(await world.leaks()).toEqual([]);
});

test("a connection that breaks while objects are shared fails the step, unlike objects that cannot be shared", async () => {
  const { arn, user } = await world.alternatingSecret();
  const broken = new DatabaseUnavailableError({ problem: "It broke", remedy: "Again." });
  world.engine = {
    ...world.ownEngine,
    login: async (server, credentials) => {
      const login = await world.ownEngine.login(server, credentials);
      if ("refused" in login || credentials.username !== user) return login;
      return { session: { ...login.session, shareObjects: async () => Promise.reject(broken) } };
    },
  };
  await expect(world.rotate(arn)).rejects.toBe(broken);
  expect(await world.currentLogsIn(arn)).toBe(true);
});
