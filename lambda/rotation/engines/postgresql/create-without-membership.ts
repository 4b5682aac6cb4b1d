import { randomBytes } from "node:crypto";
import type { SqlConnection } from "../sql-connection";

/**
 * Creates a role without the session's user becoming a member of it. From PostgreSQL 16 on, whoever creates a role
 * without being SUPERUSER becomes one, with ADMIN OPTION, and cannot revoke that (documentation, "CREATE ROLE"); a
 * membership counts in pg_hba.conf even if it gives nothing. So another creates the role, and is dropped. Runs in a
 * transaction.
 */
export async function createWithoutMembership(
  connection: SqlConnection,
  create: () => Promise<void>,
): Promise<void> {
  const rows = await connection.run(
    "read the server's version",
    "SELECT current_setting('server_version_num')::int AS version",
  );
  if (Number(rows[0]?.version) < 160_000) return await create();

  // Exists inside this transaction only. Drawn: whoever may create roles could have one of a known name there already.
  const creator = `secret_rotation_creator_${randomBytes(8).toString("hex")}`;
  const intent = "have another role create a role";
  await connection.run(intent, `CREATE ROLE ${creator} CREATEROLE`);
  await connection.run(intent, `GRANT ${creator} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE`);
  // Memberships that the creator gave itself would keep it from being dropped.
  await connection.run(intent, "SET LOCAL createrole_self_grant = ''");
  await connection.run(intent, `SET LOCAL ROLE ${creator}`);
  await create();
  await connection.run(intent, "SET LOCAL ROLE NONE");
  await connection.run(intent, `DROP ROLE ${creator}`);
}
