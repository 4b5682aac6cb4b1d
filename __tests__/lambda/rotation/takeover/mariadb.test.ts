import { createHash } from "node:crypto";
import type { Connection, RowDataPacket } from "mysql2/promise";
import { nativeHash } from "../../../../lambda/rotation/engines/mysql/passwords";
import { onMariaDb } from "../support/mysql-servers";
import { MySqlWorld } from "../support/mysql-world";
import type { Kept, TakeoverTarget } from "./catalog";
import { playAtRandom, Takeover } from "./play";

jest.setTimeout(3_600_000);

/** Hosts that a login from here fits, the narrowest first, as the server takes them. */
const FITTING = ["127.0.0.1", "%"];

onMariaDb((server) => {
  let world: MySqlWorld;
  let admin: Connection;
  let takeover: Takeover;

  const query = async (sql: string): Promise<RowDataPacket[]> =>
    (await admin.query(sql))[0] as RowDataPacket[];
  const listOf = (users: readonly string[]) => users.map((user) => `'${user}'`).join(", ");

  async function snapshot(users: readonly string[]): Promise<Kept[]> {
    const names = listOf([...users, world.database.superuser.username]);
    const accounts = await query(
      `SELECT User AS user, Host AS host, Priv AS priv, JSON_VALUE(Priv, '$.authentication_string') AS hash
       FROM mysql.global_priv WHERE User IN (${names}) ORDER BY 1, 2`,
    );
    const members = await query(
      `SELECT User AS user, Host AS host, Role AS role, Admin_option AS admin FROM mysql.roles_mapping
       WHERE User IN (${names}) ORDER BY 1, 2, 3`,
    );
    const kept: Kept[] = [];
    for (const { user, host, priv, hash } of accounts) {
      const grants = host === "" ? [] : await query(`SHOW GRANTS FOR '${user}'@'${host}'`);
      const roles = members.filter((one) => one.user === user && one.host === host);
      const isSuperuser = user === world.database.superuser.username;
      // Whoever makes a role is its administrator.
      const state = isSuperuser ? [priv] : [priv, roles, grants.map((row) => String(Object.values(row)[0]))];
      kept.push({
        user,
        host,
        state: JSON.stringify(state),
        marks: roles.map(({ role }) => String(role)).filter((role) => /^rotation_/.test(role)),
        accepts: async (password) => hash === nativeHash(password),
      });
    }
    return kept;
  }

  beforeAll(async () => {
    world = await MySqlWorld.start(server, { generalLog: false });
    world.environment.HOSTS_WITHOUT_TLS = "localhost";
    await world.asSuperuser(
      "CREATE DATABASE shop",
      "CREATE TABLE shop.goods (id INT)",
      "CREATE ROLE readers",
      "GRANT SELECT ON shop.* TO readers",
    );
    admin = await world.connectAsAdmin();
    const target: TakeoverTarget = {
      name: server.name,
      superuserArn: world.superuserArn,
      markOf: (arn) =>
        `rotation_${createHash("sha256").update(`Created by secret rotation for ${arn}`).digest("hex").slice(0, 20)}`,
      connection: (user) => world.connection(user),
      async make({ name, password, hosts, grants }) {
        for (const host of hosts) {
          const account = `'${name}'@'${host}'`;
          await query(`CREATE USER ${account} IDENTIFIED BY '${password}'`);
          if (grants !== "none") await query(`GRANT SELECT ON shop.* TO ${account}`);
          if (grants === "more") await query(`GRANT INSERT, DELETE ON app.* TO ${account}`);
        }
      },
      // A user is no role here.
      relate: async () => undefined,
      async setAsAws(current, pending, password) {
        for (const row of await query(`SHOW GRANTS FOR '${current}'`)) {
          const [grant] = String(Object.values(row)[0]).split(" TO ");
          await query(`${grant} TO '${pending}' IDENTIFIED BY '${password}'`);
        }
        await query(`ALTER USER '${pending}'@'%' REQUIRE NONE`);
      },
      async setPassword(user, password) {
        for (const { host } of await query(
          `SELECT Host AS host FROM mysql.user WHERE User = '${user}' AND Host <> ''`,
        )) {
          await query(`SET PASSWORD FOR '${user}'@'${host}' = '${nativeHash(password)}'`);
        }
      },
      snapshot,
      opened: (accounts) =>
        FITTING.map((fitting) => accounts.find(({ host }) => host === fitting)).find(
          (one) => one !== undefined,
        ),
      isPair: (_, __, other, previous) => other === previous,
      async drop(users) {
        const accounts = await query(
          `SELECT User AS user, Host AS host FROM mysql.user WHERE User IN (${listOf(users)}) AND Host <> ''`,
        );
        for (const { user, host } of accounts) await query(`DROP USER '${user}'@'${host}'`);
        for (const { role } of await query(
          "SELECT User AS role FROM mysql.user WHERE is_role = 'Y' AND User LIKE 'rotation\\_%'",
        )) {
          await query(`DROP ROLE ${role}`);
        }
      },
    };
    takeover = new Takeover(target, world);
  });
  afterAll(async () => {
    await admin?.end();
    await world?.stop();
  });

  test("whatever a secret's writer does, no user is changed that is neither the secret's nor open to it", async () => {
    await playAtRandom(takeover, 60);
  });
});
