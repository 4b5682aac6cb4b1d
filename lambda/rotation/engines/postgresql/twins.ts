import { quote } from "../../support/text";
import { withRemedy } from "../refusals";
import type { SqlConnection } from "../sql-connection";
import { reassignOwned } from "./sql";

/*
 * Alternating users share one owner: of the two, one is a member of the other, as AWS's function leaves them, and works
 * as it from the first moment of each session (`ALTER ROLE orders_clone SET role = 'orders'`).
 *
 * So whatever either makes belongs to the one role, and what is granted to that role both have, without a third role
 * that existing pairs would have to be moved to. In a session of the member `session_user` is the member, and
 * `current_user`, with it `search_path`'s "$user" and row-level security, is the owner, whichever of the two logged in.
 */

/**
 * Which of the two has the other as a member. A SUPERUSER counts as a member of every role, and is nobody's alternate.
 */
export async function groupOf(
  connection: SqlConnection,
  one: string,
  other: string,
): Promise<string | undefined> {
  const rows = await connection.run(
    "read role memberships",
    `SELECT g.rolname AS owner FROM pg_roles m, pg_roles g
     WHERE (m.rolname, g.rolname) IN (($1, $2), ($2, $1)) AND NOT m.rolsuper
       AND pg_has_role(m.oid, g.oid, 'MEMBER')`,
    [one, other],
  );
  const owner = rows[0]?.owner;
  return typeof owner === "string" ? owner : undefined;
}

/**
 * Whether two users are as AWS's function leaves them: it has the superuser make one of them, with LOGIN and no other
 * attribute, and grant it the other. So the grant is direct, without ADMIN OPTION, and given by the superuser of this
 * session or by a SUPERUSER. One that any other role gave shows nothing: until PostgreSQL 15 a role might grant itself
 * to others, and one with CREATEROLE almost any role; from 16 on who creates a role becomes a member of it.
 */
export async function areTwins(connection: SqlConnection, one: string, other: string): Promise<boolean> {
  const rows = await connection.run(
    "read role memberships",
    `SELECT 1 FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
     WHERE (m.rolname, g.rolname) IN (($1, $2), ($2, $1))
       AND NOT a.admin_option
       AND a.grantor IN (SELECT oid FROM pg_roles WHERE rolname = session_user OR rolsuper)
       AND m.rolcanlogin AND g.rolcanlogin AND NOT m.rolsuper AND NOT g.rolsuper
       AND m.rolcreaterole <= g.rolcreaterole AND m.rolcreatedb <= g.rolcreatedb
       AND m.rolreplication <= g.rolreplication AND m.rolbypassrls <= g.rolbypassrls`,
    [one, other],
  );
  return rows.length > 0;
}

/**
 * What the member made when it did not yet work as the owner: under AWS's function, or after `SET ROLE NONE`. Run as
 * the member, who may give its own objects to a role it is in; no superuser could without being a member of both.
 */
export async function shareOwnObjects(
  connection: SqlConnection,
  user: string,
  twin: string,
): Promise<number> {
  const rows = await connection.run(
    "count objects that are not shared",
    `SELECT count(*)::int AS owned
     FROM pg_shdepend d, pg_roles m, pg_roles g
     WHERE m.rolname = $1 AND g.rolname = $2 AND NOT m.rolsuper AND pg_has_role(m.oid, g.oid, 'MEMBER')
       AND d.refclassid = 'pg_authid'::regclass AND d.refobjid = m.oid AND d.deptype = 'o'
       AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`,
    [user, twin],
  );
  const owned = Number(rows[0]?.owned ?? 0);
  if (owned > 0) {
    const reassign = reassignOwned(user, twin);
    const remedy =
      `${quote(twin)} can own only what it may create: grant it CREATE on the schemas they are in (for a ` +
      `schema, on the database), and rotate again; or run as a role that is a member of both: ${reassign}`;
    await withRemedy(remedy, ["42501"], () =>
      connection.run(`give the objects of ${quote(user)} to ${quote(twin)}`, reassign),
    );
  }
  return owned;
}
