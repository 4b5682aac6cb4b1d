import { quote } from "../../support/text";
import type { SqlConnection } from "../sql-connection";
import { withAdminRemedy } from "./admin-remedy";
import { limitLogins } from "./sql";

/** Gives a twin the user's CONNECTION LIMIT and VALID UNTIL, which go by who logs in. */
export async function copyLimits(
  connection: SqlConnection,
  sessionUser: string,
  user: string,
  twin: string,
): Promise<void> {
  const [limits] = await connection.run("read the limits of roles", DIFFERENT_LIMITS, [user, twin]);
  if (limits === undefined) return;
  const sql = limitLogins(twin, Number(limits.connections), String(limits.until));
  await withAdminRemedy(twin, sessionUser, () =>
    connection.run(`give the limits of ${quote(user)} to ${quote(twin)}`, sql),
  );
}

const DIFFERENT_LIMITS = `
  WITH limits AS (
    SELECT rolname, rolconnlimit AS connections, coalesce(rolvaliduntil, 'infinity')::text AS until FROM pg_roles
  )
  SELECT u.connections, u.until
  FROM limits u, limits t
  WHERE u.rolname = $1 AND t.rolname = $2 AND (u.connections, u.until) <> (t.connections, t.until)`;
