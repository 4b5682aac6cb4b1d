import { RefusedError } from "../../../../../lambda/rotation/support/errors";
import { onEachServer } from "../../support/mysql-servers";
import { MySqlWorld } from "../../support/mysql-world";
import { STEPS } from "../../support/rotation-world";

onEachServer((server) => {
  let world: MySqlWorld;
  beforeAll(async () => {
    world = await MySqlWorld.start(server);
    await world.asSuperuser(
      "CREATE TABLE app.orders (id INT)",
      "CREATE DATABASE `my_shop`",
      "CREATE ROLE readers",
      "GRANT SELECT ON app.* TO readers",
    );
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.reset());

  let count = 0;

  async function grantsOf(user: string): Promise<string[]> {
    const rows = await world.database.asAdmin(`SHOW GRANTS FOR \`${user}\`@'%'`);
    return rows.map((row) => String(Object.values(row)[0]));
  }

  function newSecret(tags: Record<string, string> = {}): { arn: string; user: string } {
    const user = `new_${count++}`;
    return { user, arn: world.secrets.create(world.connection(user), { "rotation:user": user, ...tags }) };
  }

  test.each(["single-user", "alternating-users"])(
    "makes the user, with grants and group role (%s)",
    async (strategy) => {
      const { arn, user } = newSecret({
        "rotation:strategy": strategy,
        "rotation:group-roles": "readers",
        "rotation:grants": "CONNECT+TEMPORARY:database USAGE:schema:my_shop SELECT+INSERT:tables:my_shop",
      });
      for (let rotation = 0; rotation < 3; rotation++) {
        const { username, password } = await world.rotate(arn);
        await world.asUser(
          username,
          password,
          "SELECT * FROM app.orders",
          "CREATE TEMPORARY TABLE app.t (i INT)",
        );
      }
      expect((await grantsOf(user)).join()).toContain("GRANT SELECT, INSERT ON `my\\_shop`.*");
    },
  );

  test("each step can run twice", async () => {
    const { arn } = newSecret();
    const token = world.secrets.startRotation(arn);
    for (const step of STEPS) {
      await world.step(arn, token, step);
      await world.step(arn, token, step);
    }
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test.each(STEPS.slice(0, 3))("abandoned after %s it is taken up by the next rotation", async (last) => {
    const { arn } = newSecret();
    const token = world.secrets.startRotation(arn);
    for (const step of STEPS.slice(0, STEPS.indexOf(last) + 1)) await world.step(arn, token, step);
    world.secrets.abandonRotation(arn);
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test("a user that somebody else made is refused, until the command in the error hands it over", async () => {
    const { arn, user } = newSecret();
    await world.createUser(user, "their-own-password");
    const failure: Error = await world.rotate(arn).catch((error) => error);
    expect(failure).toBeInstanceOf(RefusedError);
    expect(await world.logsIn(user, "their-own-password")).toBe(true);
    await world.obey(failure);
    world.secrets.abandonRotation(arn);
    await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test("the superuser itself cannot be bootstrapped", async () => {
    const { username } = world.database.superuser;
    const arn = world.secrets.create(world.connection(username), { "rotation:user": username });
    await expect(world.rotate(arn)).rejects.toThrow(/password of the superuser "superuser" itself/);
  });

  test.each([
    ["SELECT:sequences:app", /no privilege for SELECT on sequences/],
    ["TRUNCATE:tables:app", /no privilege for TRUNCATE on tables/],
  ])("the grant %s, which MySQL does not have, is an error", async (grant, message) => {
    const { arn, user } = newSecret({ "rotation:grants": grant });
    await expect(world.rotate(arn)).rejects.toThrow(message);
    expect(await world.logsIn(user, world.secrets.at(arn, "AWSPENDING").password)).toBe(false);
  });

  test.each(["mysql", "SYS", "performance_schema", "mysql "])(
    "the server's own schema as dbname (%p) is not granted, in whatever case and with whatever blanks",
    async (dbname) => {
      const user = `new_${count++}`;
      const arn = world.secrets.create(
        { ...world.connection(user), dbname },
        { "rotation:user": user, "rotation:grants": "CREATE+TEMPORARY:database" },
      );
      const failure = world.rotate(arn);
      await expect(failure).rejects.toBeInstanceOf(RefusedError);
      await expect(failure).rejects.toThrow(
        /CREATE, CREATE TEMPORARY TABLES on .*, which is the server's own/,
      );
      expect(await world.database.asAdmin(`SELECT 1 FROM mysql.user WHERE User = '${user}'`)).toEqual([]);
    },
  );

  test.each(["SELECT+UPDATE:tables:mysql", "CREATE:schema:Sys"])(
    "the grant %s, on a schema of the server's own, is refused",
    async (grant) => {
      const { arn } = newSecret({ "rotation:grants": grant });
      const failure = world.rotate(arn);
      await expect(failure).rejects.toBeInstanceOf(RefusedError);
      await expect(failure).rejects.toThrow("which is the server's own");
    },
  );

  test("an IAM user on a server without the plugin is an error that names the user", async () => {
    const { arn, user } = newSecret({ "rotation:iam-user": "iam_of_new" });
    await expect(world.rotate(arn)).rejects.toThrow(/let \\?"iam_of_new\\?" log in with IAM/);
    expect(await world.logsIn(user, world.secrets.at(arn, "AWSPENDING").password)).toBe(false);
  });

  test("an IAM user declared later is made by the superuser, because the user itself may not look for it", async () => {
    const user = `new_${count++}`;
    await world.createUser(user, "known");
    const arn = world.secrets.create(
      { ...world.connection(user), password: "known", masterarn: world.superuserArn },
      { "rotation:user": user, "rotation:iam-user": "iam_declared_later" },
    );
    await expect(world.rotate(arn)).rejects.toThrow(/let \\?"iam_declared_later\\?" log in with IAM/);
  });

  test("no password is in our log, in an error or in the server's general log", async () => {
    expect(world.secrets.passwords.size).toBeGreaterThan(15);
    expect(await world.leaks()).toEqual([]);
  });
});
