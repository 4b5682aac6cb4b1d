import type { Log } from "../../ports/log";
import { quote } from "../../support/text";
import type { DatabaseSession } from "../engine";
import { assertPrintable } from "../printable";
import { isRefusal } from "../refusals";
import type { SqlConnection } from "../sql-connection";
import { withAdminRemedy } from "./admin-remedy";
import { createWithoutMembership } from "./create-without-membership";
import { assertGroupRole } from "./group-roles";
import { copyLimits } from "./login-limits";
import { findForeignPair, findForeignUser } from "./ownership";
import { grantPrivileges } from "./privileges";
import { copySettings } from "./role-settings";
import { scramVerifier, withinIterations } from "./scram";
import { alterPassword, commentOnRole, createUser, grantRole, workAs } from "./sql";
import { groupOf, shareOwnObjects } from "./twins";

/** The role whose members log in with a token of AWS IAM, and not with a password (Amazon Aurora User Guide). */
const IAM_ROLE = "rds_iam";

/**
 * Two numbers that mean this function. PostgreSQL answers concurrent GRANTs on one object with "tuple concurrently
 * updated"; all secrets of an environment may well have their first rotation at the same moment.
 */
const LOCK = "pg_advisory_xact_lock(1396920916, 1)";

const LOCK_HOLDER = `
  SELECT coalesce(a.usename, 'a prepared transaction') AS user
  FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.classid = 1396920916 AND l.objid = 1 AND l.objsubid = 2 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** SQLSTATE after `lock_timeout`. */
const LOCK_NOT_AVAILABLE = "55P03";

export function postgresqlSession(connection: SqlConnection, sessionUser: string, log: Log): DatabaseSession {
  const verifier = async (password: string): Promise<string> => {
    assertPrintable(password);
    const rows = await connection.run(
      "read scram_iterations",
      "SELECT current_setting('scram_iterations', true)::int AS iterations",
    );
    // SCRAM whatever password_encryption says: the setting is about plaintext in a statement, of which there is none,
    // and PostgreSQL 18 deprecates md5. `rds.accepted_password_auth_method` accepts it in either value.
    return await scramVerifier(password, withinIterations(rows[0]?.iterations));
  };

  const grantMembership: DatabaseSession["grantMembership"] = async (role, member) => {
    await withAdminRemedy(role, sessionUser, () =>
      connection.run(`grant the role ${quote(role)} to ${quote(member)}`, grantRole(role, member)),
    );
  };

  const roleExists: DatabaseSession["roleExists"] = async (role) => {
    const rows = await connection.run("look for a role", "SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
    return rows.length > 0;
  };

  /** In one transaction: so a role is complete, or not there. */
  const createRole = async (role: string, origin: string): Promise<void> => {
    await connection.run(`create the role ${quote(role)}`, createUser(role));
    await connection.run(`comment on the role ${quote(role)}`, commentOnRole(role, origin));
  };

  const provideUser: DatabaseSession["provideUser"] = async (user, origin) => {
    if (await roleExists(user)) return false;
    await createRole(user, origin);
    return true;
  };

  const waitForOthers = async (): Promise<void> => {
    try {
      await connection.run("wait for other rotations", `SELECT ${LOCK}`);
    } catch (error) {
      if (!isRefusal(error, LOCK_NOT_AVAILABLE)) throw error;
      await connection.run("begin a transaction", "ROLLBACK AND CHAIN");
      const rows = await connection.run("look for who holds the lock", LOCK_HOLDER);
      // Another run of this function, which may be at its password; or it has just ended.
      if (rows[0] === undefined || rows[0].user === sessionUser) throw error;
      // Any user may hold it, and none may stop rotations with it.
      log.warn("waited in vain for other rotations in this database, and goes on", {
        user: sessionUser,
        holder: String(rows[0].user),
        remedy:
          "If that is no rotation, end the session that holds the advisory lock (pg_locks, pg_prepared_xacts).",
      });
    }
  };

  return {
    user: sessionUser,

    async ping() {
      await connection.run("run a query", "SELECT 1");
    },

    loggedInAs: async () => sessionUser,

    roleExists,

    async assertOnePassword() {
      // A role has one.
    },

    findForeignUser: (user, origin) => findForeignUser(connection, user, origin),

    findForeignPair: (pair, opened) => findForeignPair(connection, pair, opened),

    provideUser,

    async provideIamUser(user, origin) {
      // A member of a member of rds_iam logs in with IAM only, and this session's user is the superuser.
      if (!(await roleExists(user))) {
        await createWithoutMembership(connection, () => createRole(user, origin));
      }
      await grantMembership(IAM_ROLE, user);
    },

    async setPassword(role, password) {
      const sql = alterPassword(role, await verifier(password));
      await withAdminRemedy(role, sessionUser, () =>
        connection.run(`set the password of ${quote(role)}`, sql),
      );
      return "replaced";
    },

    async assertGrantable(groupRoles) {
      for (const group of groupRoles) await assertGroupRole(connection, group, sessionUser);
    },

    grantMembership,

    async alignPair({ user, alternate, origin }) {
      // Of a pair, membership shows who is whose: comments of others can stay.
      const created = await provideUser(alternate, origin);
      const group = await groupOf(connection, user, alternate);
      // In one direction only: both ways would be a circle.
      if (group === undefined) await grantMembership(user, alternate);
      const owner = group ?? user;
      let lacking: readonly string[] = [];
      // The member that is in use is left as it is until its turn.
      if (owner === user) {
        await withAdminRemedy(alternate, sessionUser, () =>
          connection.run(`have ${quote(alternate)} work as ${quote(owner)}`, workAs(alternate, owner)),
        );
        await copyLimits(connection, sessionUser, owner, alternate);
        lacking = await copySettings(connection, owner, alternate);
      }
      return { created, grantee: owner, lacking };
    },

    shareObjects: (other) => shareOwnObjects(connection, sessionUser, other),

    async hasIamLogin(role) {
      const rows = await connection.run(
        "read role memberships",
        "SELECT 1 FROM pg_roles m, pg_roles r WHERE m.rolname = $1 AND NOT m.rolsuper AND r.rolname = $2 AND " +
          "pg_has_role(m.oid, r.oid, 'MEMBER')",
        [role, IAM_ROLE],
      );
      return rows.length > 0;
    },

    grant: (grant, role) => grantPrivileges(connection, grant, role),

    async transaction(work) {
      await connection.run("begin a transaction", "BEGIN");
      try {
        await waitForOthers();
        const result = await work();
        await connection.run("commit", "COMMIT");
        return result;
      } catch (error) {
        // The first error is the one to report; closing the session rolls back too, should this fail.
        await connection.run("roll back", "ROLLBACK").catch(() => undefined);
        throw error;
      }
    },

    close: () => connection.close(),
  };
}
