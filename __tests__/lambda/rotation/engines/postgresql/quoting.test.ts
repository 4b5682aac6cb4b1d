import fc from "fast-check";
import { postgresql } from "../../../../../lambda/rotation/engines/postgresql/engine";
import { World } from "../../support/world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

async function superuserSession() {
  const login = await world.engine.login(server(), world.database.superuser);
  if ("refused" in login) throw new Error(login.refused);
  return login.session;
}

function server() {
  return { host: "localhost", port: world.database.port, database: world.database.databaseName, tls: true };
}

test("any printable password from 1 to 128 characters logs in after it was set", async () => {
  const session = await superuserSession();
  await session.provideUser("quoted", "test");
  const password = fc.string({ unit: fc.constantFrom(...PRINTABLE), minLength: 1, maxLength: 128 });
  await fc.assert(
    fc.asyncProperty(password, async (text) => {
      await session.setPassword("quoted", text);
      expect(await world.logsIn("quoted", text)).toBe(true);
      expect(await world.logsIn("quoted", `${text}x`)).toBe(false);
    }),
    { numRuns: 40, examples: [[PRINTABLE.join("")], ["'; DROP ROLE quoted; --"], ["\\'"], ["$$"], [" "]] },
  );
  await session.close();
});

test("any user name that PostgreSQL can have is created, commented, granted and logs in", async () => {
  const session = await superuserSession();
  const name = fc
    .string({
      unit: fc.oneof(fc.constantFrom(...PRINTABLE), fc.constantFrom("ü", "名", "'", '"', "\\", "🔑")),
      minLength: 1,
    })
    .filter((text) => world.engine.userNameProblem(text) === undefined && !text.startsWith("pg_"));
  let made = 0;
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      // Never one that was made before: "$1" and 5 would be "$" and 15.
      const role = `${text}.${made++}`;
      fc.pre(world.engine.userNameProblem(role) === undefined);
      const origin = `made for ${role}`;
      await session.transaction(async () => {
        await session.provideUser(role, origin);
        await session.setPassword(role, "pencil");
        await session.grant({ on: "database", privileges: ["CONNECT"] }, role);
        await session.alignPair({ user: role, alternate: "quoted", origin });
      });
      expect(await session.roleExists(role)).toBe(true);
      expect(await session.findForeignUser(role, origin)).toBeUndefined();
      expect(await session.findForeignUser(role, "another")).toMatchObject({
        handOverCommand: expect.stringContaining("COMMENT ON ROLE"),
      });
      const pair = { user: "quoted", alternate: role, origin: "another" };
      expect(await session.findForeignPair(pair, { byCurrent: "quoted" })).toBeUndefined();
      expect(await world.logsIn(role, "pencil")).toBe(true);
    }),
    {
      numRuns: 40,
      examples: [['a"b'], ["a'b"], ["a\\b"], ['"; DROP ROLE quoted; --'], ["ü".repeat(30)], ["$1"], ["%s"]],
    },
  );
  await session.close();
});

test("what is made later in a schema with any name is granted, too", async () => {
  await world.asSuperuser('CREATE SCHEMA "odd ""name"');
  const session = await superuserSession();
  await session.provideUser("reader", "test");
  await session.grant({ on: "schema", schema: 'odd "name', privileges: ["USAGE"] }, "reader");
  await session.grant({ on: "tables", schema: 'odd "name', privileges: ["SELECT"] }, "reader");
  await session.close();
  await world.asSuperuser('CREATE TABLE "odd ""name".later (id int)');
  expect(
    await world.asSuperuser(
      `SELECT has_table_privilege('reader', '"odd ""name".later', 'SELECT') AS granted`,
    ),
  ).toEqual([{ granted: true }]);
});

test("a name that PostgreSQL would cut off or cannot hold is a problem", () => {
  const { userNameProblem } = postgresql({ certificateAuthorities: "" });
  expect(userNameProblem("x".repeat(63))).toBeUndefined();
  for (const name of ["x".repeat(64), "ü".repeat(32), "a\0b", "a\nb", "\ud800"]) {
    expect(userNameProblem(name)).toEqual(expect.any(String));
  }
});

test("scram_iterations of the server is used", async () => {
  await world.database.asAdmin((admin) => admin.query("ALTER ROLE postgres SET scram_iterations = 5000"));
  const session = await superuserSession();
  await session.provideUser("iterated", "test");
  await session.setPassword("iterated", "pencil");
  await session.close();
  expect(await world.logsIn("iterated", "pencil")).toBe(true);
  expect(await world.database.serverLog()).toContain(`ALTER ROLE "iterated" PASSWORD 'SCRAM-SHA-256$5000:`);
});

test.each([
  [1, 4096],
  [2_000_000_000, 100_000],
])("scram_iterations of %d, which a database's owner may set, count as %d", async (set, used) => {
  await world.database.asAdmin((admin) =>
    admin.query(`ALTER DATABASE ${world.database.databaseName} SET scram_iterations = ${set}`),
  );
  await world.database.asAdmin((admin) => admin.query("ALTER ROLE postgres RESET scram_iterations"));
  const session = await superuserSession();
  const user = `iterated_${set}`;
  await session.provideUser(user, "test");
  await session.setPassword(user, "pencil");
  await session.close();
  expect(await world.database.serverLog()).toContain(`ALTER ROLE "${user}" PASSWORD 'SCRAM-SHA-256$${used}:`);
});

test("a server that hashes to md5 by default still gets a SCRAM verifier", async () => {
  await world.database.asAdmin((admin) => admin.query("ALTER ROLE postgres SET password_encryption = 'md5'"));
  const session = await superuserSession();
  await session.provideUser("not_md5", "test");
  await session.setPassword("not_md5", "pencil");
  await session.close();
  expect(await world.logsIn("not_md5", "pencil")).toBe(true);
});
