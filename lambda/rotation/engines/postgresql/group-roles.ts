import { isPowerfulRole } from "../../contract/powerful-roles";
import { RefusedError } from "../../support/errors";
import { quote } from "../../support/text";
import type { SqlConnection } from "../sql-connection";

interface Held {
  readonly name: string;
  /** Attributes that let a role change other roles, or read around every privilege; or it is a user of its own. */
  readonly isMore: boolean;
}

/**
 * A group role is one that reads or writes data: whoever may tag a secret must not become an administrator through what
 * the role leads to, which its own name does not show, nor another user, whose password it could then set. Nor may the
 * user become a member of `rds_iam` by it, which would end its password login.
 */
export async function assertGroupRole(
  connection: SqlConnection,
  group: string,
  superuser: string,
): Promise<void> {
  const held = (await connection.run("read role memberships", HELD, [group])) as unknown as readonly Held[];
  const harmful = held.filter(({ name, isMore }) => isMore || name === superuser || isPowerfulRole(name));
  if (harmful.length === 0) return;
  const names = harmful.map(({ name }) => quote(name)).join(", ");
  throw new RefusedError({
    problem:
      `The tag rotation:group-roles has ${quote(group)}, through which a user would be ${names}: more than ` +
      "one that reads and writes data",
    remedy: "Declare a role that holds privileges on data only.",
  });
}

/** The role and all that it is a member of. */
const HELD = `
  WITH RECURSIVE held(oid) AS (
    SELECT oid FROM pg_roles WHERE rolname = $1
    UNION
    SELECT m.roleid FROM pg_auth_members m JOIN held ON m.member = held.oid
  )
  SELECT r.rolname AS name,
         r.rolsuper OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls OR r.rolcanlogin AS "isMore"
  FROM held JOIN pg_roles r ON r.oid = held.oid
  ORDER BY name`;
