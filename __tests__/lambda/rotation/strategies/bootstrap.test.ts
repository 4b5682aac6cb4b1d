import { RefusedError } from "../../../../lambda/rotation/support/errors";
import { STEPS, World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());
beforeEach(() => world.reset());

let count = 0;

/** As Terraform writes it: everything but a password. */
function newSecret(tags: Record<string, string> = {}): { arn: string; user: string } {
  const user = `new_${count++}`;
  return { user, arn: world.secrets.create(world.connection(user), { "rotation:user": user, ...tags }) };
}

async function exists(user: string): Promise<boolean> {
  return (await world.asSuperuser(`SELECT 1 FROM pg_roles WHERE rolname = '${user}'`)).length > 0;
}

test.each(["single-user", "alternating-users"])(
  "the first rotation creates the plain user (%s)",
  async (strategy) => {
    const { arn, user } = newSecret({ "rotation:strategy": strategy });
    expect((await world.rotate(arn)).username).toBe(user);
    expect(await world.currentLogsIn(arn)).toBe(true);
  },
);

test("later rotations follow the declared strategy", async () => {
  const single = newSecret({ "rotation:strategy": "single-user" });
  const alternating = newSecret({ "rotation:strategy": "alternating-users" });
  for (const { arn } of [single, alternating]) await world.rotate(arn);
  expect((await world.rotate(single.arn)).username).toBe(single.user);
  expect((await world.rotate(alternating.arn)).username).toBe(`${alternating.user}_clone`);
  expect((await world.rotate(alternating.arn)).username).toBe(alternating.user);
  expect(await world.currentLogsIn(alternating.arn)).toBe(true);
});

test("the new user has the group roles and grants of the tags, and no other attribute", async () => {
  await world.asSuperuser(
    "CREATE ROLE writers",
    "CREATE SCHEMA shop",
    "CREATE TABLE shop.orders (id serial)",
    'CREATE TABLE shop."Odd ""name" (id int)',
  );
  const { arn, user } = newSecret({
    "rotation:group-roles": "writers",
    "rotation:grants": "CONNECT:database USAGE:schema:shop SELECT+INSERT:tables:shop USAGE:sequences:shop",
  });
  const { username, password } = await world.rotate(arn);
  await world.asUser(
    username,
    password,
    "INSERT INTO shop.orders DEFAULT VALUES",
    'SELECT * FROM shop."Odd ""name"',
  );
  await expect(world.asUser(username, password, "DELETE FROM shop.orders")).rejects.toThrow(
    "permission denied",
  );
  expect(
    await world.asSuperuser(
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolconnlimit,
              pg_has_role('${user}', 'writers', 'MEMBER') AS grouped
       FROM pg_roles WHERE rolname = '${user}'`,
    ),
  ).toEqual([
    {
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      rolbypassrls: false,
      rolconnlimit: -1,
      grouped: true,
    },
  ]);
});

test("tables that the superuser makes later are granted too", async () => {
  await world.asSuperuser("CREATE SCHEMA later");
  const { arn } = newSecret({ "rotation:grants": "USAGE:schema:later SELECT:tables:later" });
  const { username, password } = await world.rotate(arn);
  await world.asSuperuser("CREATE TABLE later.made (id int)");
  expect(await world.asUser(username, password, "SELECT id FROM later.made")).toEqual([]);
});

test("each step can run twice", async () => {
  const { arn } = newSecret();
  const token = world.secrets.startRotation(arn);
  for (const step of STEPS) {
    await world.step(arn, token, step);
    await world.step(arn, token, step);
  }
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("a failure after the role was made leaves no role", async () => {
  const { arn, user } = newSecret({ "rotation:grants": "USAGE:schema:missing" });
  const token = world.secrets.startRotation(arn);
  await world.step(arn, token, "createSecret");
  await expect(world.step(arn, token, "setSecret")).rejects.toThrow('There is no schema "missing"');
  expect(await exists(user)).toBe(false);
  await world.asSuperuser("CREATE SCHEMA missing");
  await world.steps(arn, token, "setSecret");
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test.each(STEPS.slice(0, 3))(
  "a bootstrap abandoned after %s is taken up by the next rotation",
  async (last) => {
    const { arn } = newSecret();
    const token = world.secrets.startRotation(arn);
    for (const step of STEPS.slice(0, STEPS.indexOf(last) + 1)) await world.step(arn, token, step);
    world.secrets.abandonRotation(arn);
    world.logLines.length = 0;
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
    expect(world.logLines.join("\n")).toContain(
      last === "createSecret"
        ? "created the database user"
        : "took up the database user of an abandoned bootstrap",
    );
  },
);

test("a user that somebody else made is refused, and keeps its password", async () => {
  const { arn, user } = newSecret();
  await world.createUser(user, "their-own-password");
  const failure = world.rotate(arn);
  await expect(failure).rejects.toBeInstanceOf(RefusedError);
  await expect(failure).rejects.toThrow(/already exists .* and was not created for this secret/);
  expect(await world.logsIn(user, "their-own-password")).toBe(true);
});

test("a user that another secret's bootstrap made is refused", async () => {
  const { arn, user } = newSecret();
  await world.rotate(arn);
  const copy = world.secrets.create(world.connection(user), { "rotation:user": user });
  await expect(world.rotate(copy)).rejects.toBeInstanceOf(RefusedError);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("the command in that error hands the user over", async () => {
  const { arn, user } = newSecret();
  await world.createUser(user, "to-be-replaced");
  const message = await world.rotate(arn).catch((error: Error) => error.message);
  const command = /COMMENT ON ROLE .*$/.exec(String(message))?.[0] ?? "";
  await world.asSuperuser(command);
  world.secrets.abandonRotation(arn);
  await world.rotate(arn);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("the superuser itself cannot be bootstrapped", async () => {
  const { username } = world.database.superuser;
  const arn = world.secrets.create(world.connection(username), { "rotation:user": username });
  await expect(world.rotate(arn)).rejects.toThrow(/password of the superuser "postgres" itself/);
  expect(await world.logsIn(world.database.superuser.username, world.database.superuser.password)).toBe(true);
});

test("a grant that the superuser may not give is an error with the command for the owner", async () => {
  await world.database.asAdmin((admin) => admin.query("CREATE SCHEMA foreign_schema"));
  const { arn } = newSecret({ "rotation:grants": "USAGE:schema:foreign_schema" });
  await expect(world.rotate(arn)).rejects.toThrow(
    /Grant it as the owner, "rdsadmin": GRANT USAGE ON SCHEMA foreign_schema TO "new_/,
  );
});

test("a grant that the user has already, and the superuser may not give, is no error", async () => {
  await world.database.asAdmin((admin) => admin.query("GRANT USAGE ON SCHEMA foreign_schema TO PUBLIC"));
  const { arn } = newSecret({ "rotation:grants": "USAGE:schema:foreign_schema" });
  await world.rotate(arn);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("the version without password is no AWSPREVIOUS to recover with", async () => {
  const { arn, user } = newSecret();
  await world.rotate(arn);
  await world.setPassword(user, "set-by-somebody-else");
  await expect(world.rotate(arn)).rejects.toThrow("AWSPREVIOUS: has no password");
});

test("a secret whose password is lost can be started anew by putting it without one", async () => {
  const { arn, user } = newSecret();
  await world.rotate(arn);
  await world.setPassword(user, "known-to-nobody");
  world.secrets.put(arn, world.connection(user));
  await world.rotate(arn);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test.each([
  ["the value of AWSCURRENT", (user: string) => JSON.stringify(world.connection(user))],
  ["no value", () => undefined],
])(
  "testSecret alone, as with RotateImmediately=false, passes before the first rotation (%s)",
  async (_, valueFor) => {
    const { arn, user } = newSecret();
    const token = world.secrets.startRotation(arn);
    const version = world.secrets.secret(arn).versions.get(token);
    if (version !== undefined) version.value = valueFor(user);
    await world.step(arn, token, "testSecret");
    expect(JSON.stringify(world.lastLog())).toContain("nothing to test: the secret was not rotated yet");
    world.secrets.abandonRotation(arn);
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
  },
);

test("a database that does not exist is named", async () => {
  const { arn } = newSecret();
  world.secrets.put(arn, { ...world.secrets.at(arn, "AWSCURRENT"), dbname: "nowhere" });
  await expect(world.rotate(arn)).rejects.toThrow(/database "nowhere".*does not have the database \[3D000\]/);
});

test("no password is in our log, in an error or in the server's log", async () => {
  expect(world.secrets.passwords.size).toBeGreaterThan(15);
  expect(await world.leaks()).toEqual([]);
  expect(await world.database.serverLog()).toMatch(/ALTER ROLE "new_\d+" PASSWORD 'SCRAM-SHA-256\$4096:/);
});
