import { Client } from "pg";
import { scramVerifier } from "../../../../lambda/rotation/engines/postgresql/scram";
import { World } from "../support/world";
import type { Kept, TakeoverTarget } from "./catalog";
import { playAtRandom, Takeover } from "./play";

jest.setTimeout(3_600_000);

/** Everything of the catalog that says something of a role, or that names it. */
const KEPT = `
  SELECT r.rolname AS user, r.rolcanlogin AS login, r.rolpassword AS password,
         coalesce(shobj_description(r.oid, 'pg_authid'), '') AS comment,
         (SELECT coalesce(array_agg(g.rolname::text), '{}') FROM pg_auth_members a JOIN pg_authid g ON g.oid = a.roleid
          WHERE a.member = r.oid AND NOT a.admin_option AND a.grantor = $2::regrole) AS groups,
         jsonb_build_object(
           'role', to_jsonb(r),
           'memberships', (SELECT jsonb_agg(to_jsonb(a) - 'oid' ORDER BY a.roleid, a.member, a.grantor)
                           FROM pg_auth_members a
                           WHERE a.member = r.oid OR (a.roleid = r.oid AND r.rolcanlogin)),
           'settings', (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.setdatabase) FROM pg_db_role_setting s WHERE s.setrole = r.oid),
           'dependencies', (SELECT jsonb_agg(to_jsonb(d) ORDER BY d.dbid, d.classid, d.objid, d.objsubid, d.deptype)
                            FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid),
           'tables', (SELECT jsonb_agg(ARRAY[c.relname, x.privilege_type, x.is_grantable::text] ORDER BY c.relname, x.privilege_type)
                      FROM pg_class c, aclexplode(c.relacl) x WHERE x.grantee = r.oid),
           'schemas', (SELECT jsonb_agg(ARRAY[n.nspname, x.privilege_type] ORDER BY n.nspname, x.privilege_type)
                       FROM pg_namespace n, aclexplode(n.nspacl) x WHERE x.grantee = r.oid),
           'databases', (SELECT jsonb_agg(ARRAY[b.datname, x.privilege_type] ORDER BY b.datname, x.privilege_type)
                         FROM pg_database b, aclexplode(b.datacl) x WHERE x.grantee = r.oid),
           'comment', shobj_description(r.oid, 'pg_authid')) AS state
  FROM pg_authid r WHERE r.rolname = ANY($1) ORDER BY r.rolname`;

interface KeptRole extends Kept {
  readonly login: boolean;
  readonly groups: readonly string[];
}

let world: World;
let admin: Client;
let takeover: Takeover;

beforeAll(async () => {
  // Cheap password hashes: what is tried here is whose they are.
  const settings = { scram_iterations: 1, log_statement: "none", log_connections: "off" };
  world = await World.start({ plaintext: true, settings });
  world.environment.HOSTS_WITHOUT_TLS = "localhost";
  admin = new Client(world.database.admin);
  await admin.connect();
  const superuser = world.database.superuser.username;
  const asSuperuser = (sql: string) => admin.query(`SET ROLE ${superuser}; ${sql}; RESET ROLE`);
  await asSuperuser(
    `CREATE SCHEMA shop; CREATE TABLE shop.goods (id int); CREATE TABLE shop.secrets (id int);
     CREATE ROLE readers; CREATE ROLE third CREATEROLE; GRANT USAGE ON SCHEMA shop TO readers; GRANT SELECT ON shop.goods TO readers`,
  );

  const target: TakeoverTarget = {
    name: "PostgreSQL",
    superuserArn: world.superuserArn,
    markOf: (arn) => `Created by secret rotation for ${arn}`,
    connection: (user) => world.connection(user),
    async make({ name, password, grants, isGroup }) {
      await asSuperuser(`CREATE ROLE ${name} ${isGroup ? "NOLOGIN" : "LOGIN"} PASSWORD '${password}'`);
      await asSuperuser(
        `COMMENT ON ROLE ${name} IS 'the payments team''s'; ALTER ROLE ${name} SET work_mem = '7MB'`,
      );
      if (grants !== "none") await asSuperuser(`GRANT SELECT ON shop.goods TO ${name}`);
      if (grants === "more")
        await asSuperuser(`GRANT SELECT ON shop.secrets TO ${name}; GRANT readers TO ${name}`);
    },
    async relate(member, group, how) {
      await asSuperuser(
        `GRANT ${group} TO ${member}${how === "with ADMIN OPTION" ? " WITH ADMIN OPTION" : ""}`,
      );
      const grantor = { "by itself": group, "by a third role": "third" }[how as string];
      // As a role, and any role with CREATEROLE, could do it until PostgreSQL 15.
      if (grantor !== undefined)
        await admin.query(
          "UPDATE pg_auth_members SET grantor = $3::regrole WHERE roleid = $1::regrole AND member = $2::regrole",
          [group, member, grantor],
        );
    },
    async setAsAws(current, pending, password) {
      const { rowCount } = await admin.query("SELECT 1 FROM pg_roles where rolname = $1", [pending]);
      if (rowCount === 0) {
        await asSuperuser(
          `CREATE ROLE ${pending} WITH LOGIN PASSWORD '${password}'; GRANT ${current} TO ${pending}`,
        );
      } else await asSuperuser(`ALTER USER ${pending} WITH PASSWORD '${password}'`);
    },
    async setPassword(user, password) {
      await admin.query(`ALTER ROLE ${user} PASSWORD '${password}'`).catch(() => undefined);
    },
    async snapshot(users) {
      const { rows } = await admin.query(KEPT, [[...users, superuser], superuser]);
      return rows.map(
        (row): KeptRole => ({
          user: row.user,
          host: undefined,
          // Whoever makes a role becomes a member of it.
          state: JSON.stringify(row.user === superuser ? row.state.role : row.state),
          marks: row.comment.startsWith("Created by") ? [row.comment] : [],
          login: row.login,
          groups: row.groups,
          async accepts(password) {
            const [, iterations, salt] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(row.password ?? "") ?? [];
            if (!row.login || iterations === undefined || salt === undefined) return false;
            return (
              row.password ===
              (await scramVerifier(password, Number(iterations), Buffer.from(salt, "base64")))
            );
          },
        }),
      );
    },
    opened: ([only]) => only,
    isPair(_, one, other) {
      const [a, b] = [one as KeptRole, other as KeptRole];
      return a.login && b.login && (a.groups.includes(b.user) || b.groups.includes(a.user));
    },
    async drop(users) {
      const { rows } = await admin.query("SELECT rolname AS name FROM pg_roles WHERE rolname = ANY($1)", [
        users,
      ]);
      for (const { name } of rows) await admin.query(`DROP OWNED BY ${name}`);
      for (const { name } of rows) await admin.query(`DROP ROLE ${name}`);
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
