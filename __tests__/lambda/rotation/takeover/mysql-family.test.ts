import { createHash } from "node:crypto";
import type { Connection, RowDataPacket } from "mysql2/promise";
import { connectWith } from "../../../../lambda/rotation/engines/mysql/connection";
import { nativeHash } from "../../../../lambda/rotation/engines/mysql/passwords";
import { onEachServer } from "../support/mysql-servers";
import { MySqlWorld } from "../support/mysql-world";
import type { Kept, TakeoverTarget } from "./catalog";
import { playAtRandom, Takeover } from "./play";

jest.setTimeout(3_600_000);

/** Hosts that a login from here fits, the narrowest first, as the server takes them. */
const FITTING = ["127.0.0.1", "%"];

onEachServer((server) => {
  let world: MySqlWorld;
  let admin: Connection;
  let takeover: Takeover;

  const query = async (sql: string): Promise<RowDataPacket[]> =>
    (await admin.query(sql))[0] as RowDataPacket[];
  const listOf = (users: readonly string[]) => users.map((user) => `'${user}'`).join(", ");

  /** MySQL salts its hashes, and may keep two of a user. A login from here is for the account that `opened` says. */
  const logsIn = async (username: string, password: string): Promise<boolean> => {
    const connect = connectWith(world.certificateAuthority.certificatePem);
    const address = { host: "localhost", port: world.database.port, database: "", tls: false };
    const connection = await connect(address, { username, password });
    if ("refused" in connection) return false;
    await connection.close();
    return true;
  };

  /** MariaDB's marks are roles, MySQL's an attribute. */
  const catalog = server.isMariaDb
    ? {
        accounts: "SELECT User AS user, Host AS host, Priv AS kept FROM mysql.global_priv",
        members:
          "SELECT User AS user, Host AS host, Role AS role, Admin_option AS admin FROM mysql.roles_mapping",
        marksOf: (_: string, roles: readonly RowDataPacket[]) =>
          roles.map(({ role }) => String(role)).filter((role) => /^rotation_/.test(role)),
        markOf: (origin: string) =>
          `rotation_${createHash("sha256").update(origin).digest("hex").slice(0, 20)}`,
        accepts: (_: string, kept: string) => async (password: string) =>
          JSON.parse(kept).authentication_string === nativeHash(password),
      }
    : {
        accounts: `
          SELECT User AS user, Host AS host, JSON_OBJECT('plugin', plugin, 'hash', HEX(authentication_string),
                 'attributes', User_attributes, 'tls', ssl_type, 'locked', account_locked, 'expired', password_expired,
                 'connections', max_user_connections, 'changed', password_last_changed) AS kept FROM mysql.user`,
        members: `SELECT TO_USER AS user, TO_HOST AS host, FROM_USER AS role, WITH_ADMIN_OPTION AS admin
                  FROM mysql.role_edges`,
        marksOf: (kept: string) =>
          [JSON.parse(kept).attributes?.metadata?.secretRotation].filter((mark) => mark !== undefined),
        markOf: (origin: string) => origin,
        accepts: (user: string) => (password: string) => logsIn(user, password),
      };

  async function snapshot(users: readonly string[]): Promise<Kept[]> {
    const names = listOf([...users, world.database.superuser.username]);
    const accounts = await query(
      `SELECT * FROM (${catalog.accounts}) a WHERE user IN (${names}) ORDER BY 1, 2`,
    );
    const members = await query(
      `SELECT * FROM (${catalog.members}) m WHERE user IN (${names}) ORDER BY 1, 2, 3`,
    );
    const found: Kept[] = [];
    for (const account of accounts) {
      const { user, host } = account;
      const kept = typeof account.kept === "string" ? account.kept : JSON.stringify(account.kept);
      const grants = host === "" ? [] : await query(`SHOW GRANTS FOR '${user}'@'${host}'`);
      const roles = members.filter((one) => one.user === user && one.host === host);
      const isSuperuser = user === world.database.superuser.username;
      // Whoever makes a role is its administrator.
      const state = isSuperuser ? [kept] : [kept, roles, grants.map((row) => String(Object.values(row)[0]))];
      found.push({
        user,
        host,
        state: JSON.stringify(state),
        marks: catalog.marksOf(kept, roles),
        accepts: catalog.accepts(user, kept),
      });
    }
    return found;
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
      markOf: (arn) => catalog.markOf(`Created by secret rotation for ${arn}`),
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
        await query(`CREATE USER IF NOT EXISTS '${pending}' IDENTIFIED BY '${password}'`);
        for (const row of await query(`SHOW GRANTS FOR '${current}'`)) {
          const [grant] = String(Object.values(row)[0]).split(" TO ");
          await query(`${grant} TO '${pending}'`);
        }
        await query(`ALTER USER '${pending}'@'%' IDENTIFIED BY '${password}' REQUIRE NONE`);
      },
      async setPassword(user, password) {
        for (const { host } of await query(
          `SELECT Host AS host FROM mysql.user WHERE User = '${user}' AND Host <> ''`,
        )) {
          await query(`ALTER USER '${user}'@'${host}' IDENTIFIED BY '${password}'`);
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
        if (!server.isMariaDb) return;
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
    // MySQL's logins are slow.
    await playAtRandom(takeover, server.isMariaDb ? 60 : 20);
  });
});
