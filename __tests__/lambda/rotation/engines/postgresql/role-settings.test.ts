import fc from "fast-check";
import { copySettings, splitNames } from "../../../../../lambda/rotation/engines/postgresql/role-settings";
import { World } from "../../support/world";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());
beforeEach(() => world.reset());

/** Every setting of a role but the twin's own `role`, as the server keeps it. */
async function settingsOf(role: string): Promise<string[]> {
  const rows = await world.asSuperuser(
    `SELECT coalesce(d.datname || ': ', '') || c AS setting
     FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase,
          unnest(s.setconfig) c
     WHERE r.rolname = '${role}' AND c NOT LIKE 'role=%' ORDER BY 1`,
  );
  return rows.map((row) => (row as { setting: string }).setting);
}

test("a session of the twin has the user's settings, those of the database too", async () => {
  const { arn, user } = await world.alternatingSecret();
  // Who is no true superuser needs this for a parameter of an application.
  await world.database.asAdmin((admin) =>
    admin.query(`GRANT SET ON PARAMETER application.tenant TO ${world.database.superuser.username}`),
  );
  await world.asSuperuser(
    `ALTER ROLE ${user} SET search_path TO "$user", public, 'it''s, "odd"', ''`,
    `ALTER ROLE ${user} SET work_mem = '7MB'`,
    `ALTER ROLE ${user} SET "TimeZone" = 'Asia/Seoul'`,
    `ALTER ROLE ${user} SET application.tenant = 'a = b, ''c''; DROP ROLE ${user}; --'`,
    `ALTER ROLE ${user} IN DATABASE ${world.database.databaseName} SET statement_timeout = '1234ms'`,
  );
  const { username = "", password } = await world.rotate(arn);
  expect(username).toBe(`${user}_clone`);
  const [row] = await world.asUser(
    username,
    password,
    `SELECT current_user AS who, current_setting('search_path') AS path, current_setting('work_mem') AS memory,
            current_setting('TimeZone') AS zone, current_setting('application.tenant') AS tenant,
            current_setting('statement_timeout') AS timeout`,
  );
  expect(row).toEqual({
    who: user,
    path: `"$user", public, "it's, ""odd""", ""`,
    memory: "7MB",
    zone: "Asia/Seoul",
    tenant: `a = b, 'c'; DROP ROLE ${user}; --`,
    timeout: "1234ms",
  });
  expect(await settingsOf(username)).toEqual(await settingsOf(user));
});

test("each rotation to the twin brings its settings up to date, and takes away what the user has no more", async () => {
  const { arn, user } = await world.alternatingSecret();
  await world.asSuperuser(
    `ALTER ROLE ${user} SET work_mem = '7MB'`,
    `ALTER ROLE ${user} SET lock_timeout = '5s'`,
  );
  await world.rotate(arn);
  await world.asSuperuser(
    `ALTER ROLE ${user} SET work_mem = '8MB'`,
    `ALTER ROLE ${user} RESET lock_timeout`,
    `ALTER ROLE ${user}_clone IN DATABASE ${world.database.databaseName} SET idle_session_timeout = '1h'`,
  );
  await world.rotate(arn);
  expect(await settingsOf(user)).toEqual(["work_mem=8MB"]);
  await world.rotate(arn);
  expect(await settingsOf(`${user}_clone`)).toEqual(["work_mem=8MB"]);
  expect(await world.currentLogsIn(arn)).toBe(true);
});

test("a setting that the superuser may not make is a warning with its name, not its value, until it is the same", async () => {
  const { arn, user } = await world.alternatingSecret();
  const setBoth = (role: string) =>
    world.database.asAdmin(async (admin) => {
      await admin.query(`ALTER ROLE ${role} SET application.key = 'hidden value'`);
      await admin.query(
        `ALTER ROLE ${role} IN DATABASE ${world.database.databaseName} SET log_statement = 'ddl'`,
      );
    });
  const warnings = () => world.logLines.filter((line) => line.includes("could not be given"));
  await setBoth(user);
  await world.asSuperuser(`ALTER ROLE ${user} SET work_mem = '9MB'`);
  await world.rotate(arn);
  expect(warnings().join()).toContain('"settings":["log_statement in the database app","application.key"]');
  expect(world.logLines.join()).not.toContain("hidden value");
  expect(await settingsOf(`${user}_clone`)).toEqual(["work_mem=9MB"]);
  expect(await world.currentLogsIn(arn)).toBe(true);

  await setBoth(`${user}_clone`);
  world.logLines.length = 0;
  for (let rotation = 0; rotation < 2; rotation++) await world.rotate(arn);
  expect(warnings()).toEqual([]);
});

test("a parameter that is a list of names is given as a list", async () => {
  const lists = ["search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries"];
  await world.database.asAdmin(async (admin) => {
    for (const role of ["lists", "lists_clone"]) await admin.query(`CREATE ROLE ${role}`);
    for (const name of lists) await admin.query(`ALTER ROLE lists SET ${name} TO "one, two", three`);
    await admin.query("BEGIN");
    const connection = {
      run: async (_: string, sql: string, values: unknown[] = []) => (await admin.query(sql, values)).rows,
      close: async () => undefined,
    };
    expect(await copySettings(connection, "lists", "lists_clone")).toEqual([]);
    await admin.query("COMMIT");
  });
  const settings = await settingsOf("lists");
  expect(settings).toHaveLength(lists.length);
  expect(await settingsOf("lists_clone")).toEqual(settings);
});

test("lists of names are split as the server quotes them", () => {
  const name = fc.string({ unit: "binary-ascii" }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const list = names.map((one) => `"${one.replaceAll('"', '""')}"`).join(", ");
      expect(splitNames(list)).toEqual(names);
    }),
  );
  expect(splitNames('"$user", public,other')).toEqual(["$user", "public", "other"]);
});
