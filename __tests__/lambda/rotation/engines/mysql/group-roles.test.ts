import { RefusedError } from "../../../../../lambda/rotation/support/errors";
import { onEachMySql, onEachServer } from "../../support/mysql-servers";
import { MySqlWorld } from "../../support/mysql-world";

let count = 0;

/** A secret whose first rotation makes its user, a member of the group role. */
function memberOf(world: MySqlWorld, group: string): { arn: string; user: string } {
  const user = `member_${count++}`;
  const tags = { "rotation:user": user, "rotation:group-roles": group };
  return { user, arn: world.secrets.create(world.connection(user), tags) };
}

async function expectRefused(world: MySqlWorld, group: string, message: RegExp | string): Promise<void> {
  const { arn, user } = memberOf(world, group);
  const failure = world.rotate(arn);
  await expect(failure).rejects.toBeInstanceOf(RefusedError);
  await expect(failure).rejects.toThrow(message);
  // Before anything is made.
  expect(await world.database.asAdmin(`SELECT 1 FROM mysql.user WHERE User = '${user}'`)).toEqual([]);
}

onEachServer((server) => {
  let world: MySqlWorld;
  beforeAll(async () => {
    world = await MySqlWorld.start(server);
    await world.database.asAdmin(
      "CREATE TABLE app.orders (id INT, secret INT)",
      "CREATE PROCEDURE app.hello() SELECT 1",
      "CREATE DATABASE my_shop",
      "CREATE TABLE my_shop.prices (id INT)",
    );
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.reset());

  async function newRole(...grants: readonly string[]): Promise<string> {
    const role = `group_${count++}`;
    await world.asSuperuser(`CREATE ROLE ${role}`);
    await world.database.asAdmin(...grants.map((grant) => grant.replace("ROLE", role)));
    return role;
  }

  test("a role with privileges on schemas, tables, columns and routines is granted, with the roles in it", async () => {
    const readers = await newRole("GRANT SELECT ON `my_shop`.* TO ROLE");
    const role = await newRole(
      "GRANT CREATE, CREATE VIEW ON `app%`.* TO ROLE",
      "GRANT SELECT (id), INSERT ON app.orders TO ROLE",
      "GRANT EXECUTE ON PROCEDURE app.hello TO ROLE",
    );
    await world.asSuperuser(`GRANT ${readers} TO ${role}`);
    const { arn } = memberOf(world, role);
    const { username, password } = await world.rotate(arn);
    await world.asUser(
      username,
      password,
      "SELECT id FROM app.orders",
      "CALL app.hello()",
      "SELECT * FROM my_shop.prices",
    );
  });

  test.each([
    ["GRANT CREATE USER ON *.* TO ROLE", '"CREATE USER on *.*"'],
    ["GRANT SELECT ON *.* TO ROLE", '"SELECT on *.*"'],
    ["GRANT SELECT ON mysql.* TO ROLE", '"SELECT on `mysql`.*"'],
    ["GRANT INSERT ON sys.* TO ROLE", '"INSERT on `sys`.*"'],
    ["GRANT SELECT ON `m%l`.* TO ROLE", '"SELECT on `m%l`.*"'],
    ["GRANT SELECT ON `%`.* TO ROLE", '"SELECT on `%`.*"'],
    ["GRANT SELECT ON mysql.tables_priv TO ROLE", '"SELECT on `mysql`.`tables_priv`"'],
    ["GRANT SELECT (User) ON mysql.tables_priv TO ROLE", '"SELECT (`User`) on `mysql`.`tables_priv`"'],
    ["GRANT SELECT ON app.* TO ROLE WITH GRANT OPTION", '"GRANT OPTION on `app`.*"'],
  ])("a role is refused after %s", async (grant, held) => {
    const role = await newRole("GRANT SELECT ON app.* TO ROLE", grant);
    await expectRefused(
      world,
      role,
      `names "${role}", which reaches beyond the data of an application: it holds ${held}. Name a role`,
    );
  });

  test("a role is refused for what it holds through a role in a role in it", async () => {
    const inner = await newRole("GRANT PROCESS ON *.* TO ROLE");
    const [middle, outer] = [await newRole(), await newRole()];
    await world.asSuperuser(`GRANT ${inner} TO ${middle}`, `GRANT ${middle} TO ${outer}`);
    await expectRefused(world, outer, 'it holds "PROCESS on *.*"');
  });

  test("a role is refused that may pass on a role in it", async () => {
    const inner = await newRole("GRANT SELECT ON app.* TO ROLE");
    const outer = await newRole();
    await world.asSuperuser(`GRANT ${inner} TO ${outer} WITH ADMIN OPTION`);
    await expectRefused(world, outer, `the role \`${inner}\``);
  });

  test("one of Amazon's roles, whose power no grant shows, is refused, and so is a role that it is in", async () => {
    await world.asSuperuser("CREATE ROLE AWS_LAMBDA_ACCESS");
    await expectRefused(world, "AWS_LAMBDA_ACCESS", 'it holds "the role `AWS_LAMBDA_ACCESS`');
    const role = await newRole();
    await world.asSuperuser(`GRANT AWS_LAMBDA_ACCESS TO ${role}`);
    await expectRefused(world, role, 'it holds "the role `AWS_LAMBDA_ACCESS`');
  });

  if (server.isMariaDb) {
    test("the role that stands for the origin of a secret is refused, and so is a role that it is in", async () => {
      const { arn } = memberOf(world, await newRole());
      await world.rotate(arn);
      const [mark] = await world.asSuperuser(
        "SELECT User AS role FROM mysql.user WHERE User LIKE 'rotation\\_%'",
      );
      await expectRefused(world, mark?.role, `it holds "the role \`${mark?.role}\``);
      const role = await newRole();
      await world.asSuperuser(`GRANT ${mark?.role} TO ${role}`);
      await expectRefused(world, role, `it holds "the role \`${mark?.role}\``);
    });
  }

  test("of a role with many powers five are named", async () => {
    const role = await newRole("GRANT ALL PRIVILEGES ON *.* TO ROLE WITH GRANT OPTION");
    await expectRefused(
      world,
      role,
      server.isMariaDb ? /"ALL PRIVILEGES on/ : /holds ("[^"]+"[, ]+){5}and \d+ more/,
    );
  });

  test("an account to log in to is no role, the superuser's least of all", async () => {
    await world.createUser("dba", "known");
    for (const user of ["dba", world.database.superuser.username]) {
      await expectRefused(world, user, `names "${user}", which is no role`);
    }
  });

  test("a role that is missing is named, with how to make it", async () => {
    await expectRefused(world, "missing", /which is no role: it does not exist.*CREATE ROLE 'missing'/);
  });

  test("a user that exists keeps its password when its group role is refused", async () => {
    await world.createUser("kept", "known");
    const role = await newRole("GRANT RELOAD ON *.* TO ROLE");
    const secret = { ...world.connection("kept"), password: "known", masterarn: world.superuserArn };
    const arn = world.secrets.create(secret, { "rotation:group-roles": role });
    await expect(world.rotate(arn)).rejects.toThrow(`names "${role}"`);
    expect(await world.currentLogsIn(arn)).toBe(true);
  });
});

onEachMySql((server) => {
  let world: MySqlWorld;
  beforeAll(async () => {
    world = await MySqlWorld.start(server);
  });
  afterAll(() => world?.stop());

  test("an account that is locked for now, but has a password, is no role", async () => {
    await world.createUser("on_leave", "known");
    await world.database.asAdmin("ALTER USER on_leave@'%' ACCOUNT LOCK");
    await expectRefused(world, "on_leave", "which is no role");
  });

  test("a role is read by its quotes also where the server shows names without", async () => {
    await world.database.asAdmin("SET GLOBAL sql_quote_show_create = OFF");
    await world.asSuperuser("CREATE ROLE plain", "GRANT SELECT ON app.* TO plain");
    const { arn } = memberOf(world, "plain");
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
  });
});
