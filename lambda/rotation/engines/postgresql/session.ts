import { DatabaseCommandError, InvalidSecretError } from "../../errors";
import { quote } from "../../text";
import type { DatabaseSession } from "../engine";
import type { SqlConnection } from "./connection";
import { grantPrivileges } from "./privileges";
import { DEFAULT_ITERATIONS, isPrintableAscii, scramVerifier } from "./scram";
import { alterPassword, commentOnRole, createUser, grantRole } from "./sql";

/** The role whose members log in with a token of AWS IAM, and not with a password (Amazon Aurora User Guide). */
const IAM_ROLE = "rds_iam";

/**
 * Two numbers that mean this function. PostgreSQL answers concurrent GRANTs on one object with "tuple concurrently
 * updated"; all secrets of an environment may well have their first rotation at the same moment.
 */
const LOCK = "pg_advisory_xact_lock(1396920916, 1)";

export function postgresqlSession(connection: SqlConnection, sessionUser: string): DatabaseSession {
  const verifier = async (password: string): Promise<string> => {
    if (!isPrintableAscii(password)) {
      throw new InvalidSecretError({
        problem: "The new password has characters outside printable ASCII",
        remedy:
          "Remove the AWSPENDING label from this version and rotate again: generated passwords are ASCII.",
      });
    }
    const rows = await connection.run(
      "read scram_iterations",
      "SELECT current_setting('scram_iterations', true) AS iterations",
    );
    // SCRAM whatever password_encryption says: the setting is about plaintext in a statement, of which there is none,
    // and PostgreSQL 18 deprecates md5. `rds.accepted_password_auth_method` accepts it in either value.
    return await scramVerifier(password, Number(rows[0]?.iterations ?? DEFAULT_ITERATIONS));
  };

  const grantMembership: DatabaseSession["grantMembership"] = async (role, member) => {
    await withAdminRemedy(role, sessionUser, () =>
      connection.run(`grant the role ${quote(role)} to ${quote(member)}`, grantRole(role, member)),
    );
  };

  const isMember: DatabaseSession["isMember"] = async (member, role) => {
    const rows = await connection.run(
      "read role memberships",
      "SELECT pg_has_role(m.oid, r.oid, 'MEMBER') AS is_member FROM pg_roles m, pg_roles r WHERE m.rolname = $1 AND r.rolname = $2",
      [member, role],
    );
    return rows[0]?.is_member === true;
  };

  return {
    user: sessionUser,

    async ping() {
      await connection.run("run a query", "SELECT 1");
    },

    async roleExists(role) {
      const rows = await connection.run("look for a role", "SELECT 1 FROM pg_roles WHERE rolname = $1", [
        role,
      ]);
      return rows.length > 0;
    },

    async originOf(role) {
      const rows = await connection.run(
        "read the comment on a role",
        "SELECT shobj_description(oid, 'pg_authid') AS origin FROM pg_roles WHERE rolname = $1",
        [role],
      );
      return typeof rows[0]?.origin === "string" ? rows[0].origin : undefined;
    },

    async createRole(role, { password, origin }) {
      const sql = createUser(role, password === undefined ? undefined : await verifier(password));
      await connection.run(`create the role ${quote(role)}`, sql);
      await connection.run(`comment on the role ${quote(role)}`, commentOnRole(role, origin));
    },

    async setPassword(role, password) {
      const sql = alterPassword(role, await verifier(password));
      await withAdminRemedy(role, sessionUser, () =>
        connection.run(`set the password of ${quote(role)}`, sql),
      );
    },

    isMember,
    grantMembership,

    async hasIamLogin(role) {
      return await isMember(role, IAM_ROLE);
    },

    async allowIamLogin(role) {
      await grantMembership(IAM_ROLE, role);
    },

    async grant(grant, role) {
      return await grantPrivileges(connection, grant, role);
    },

    async transaction(work) {
      await connection.run("begin a transaction", "BEGIN");
      try {
        await connection.run("wait for other rotations", `SELECT ${LOCK}`);
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

/**
 * From PostgreSQL 16 on, CREATEROLE changes and grants only roles that one has ADMIN OPTION on: those one created, and
 * those somebody who has it gave it for (PostgreSQL 16 release notes; documentation, "Role Attributes").
 */
async function withAdminRemedy<T>(role: string, sessionUser: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof DatabaseCommandError) || error.code !== "42501") throw error;
    throw error.withRemedy(
      role === sessionUser
        ? "If rds.restrict_password_commands is on, the user must be a member of rds_password to change its own password."
        : `Run, as the role that created ${quote(role)} or another that has ADMIN OPTION on it: ` +
            `${grantRole(role, sessionUser)} WITH ADMIN OPTION`,
    );
  }
}
