import type { Grant } from "../../contract/grants";
import type { Log } from "../../ports/log";
import { DatabaseCommandError, DatabaseUnavailableError, RefusedError } from "../../support/errors";
import { quote } from "../../support/text";
import type { Credentials, DatabaseSession, Pair } from "../engine";
import { assertPrintable } from "../printable";
import { isRefusal, withRemedy } from "../refusals";
import type { SqlConnection } from "../sql-connection";
import { accountsOf, alignAccount, setDefaultRoles } from "./accounts";
import { assertGroupRole } from "./group-roles";
import {
  accountsByOrigin,
  createAccountStatement,
  isRecorded,
  recordedOrigins,
  recordOrigin,
} from "./origin";
import { assertOneAccount, findForeignPair, findForeignUser } from "./ownership";
import { replacePassword, setOwnPassword, unknownPassword } from "./passwords";
import { parseServerVersion, type ServerVersion } from "./server-version";
import { type Account, accountName, everythingIn, identifier, literal, privilegesOf } from "./sql";
import { isSystemSchema } from "./system-schemas";

/**
 * Logs in with a token of AWS IAM (Amazon Aurora User Guide, "Creating a database account using IAM authentication").
 */
const IAM_PLUGIN = "AWSAuthenticationPlugin";

const LOCK = literal("secret-rotation");

/** Whose session it is shows where it is the same user's, or with PROCESS. */
const LOCK_HOLDER = `
  SELECT IS_USED_LOCK(${LOCK}) AS id,
         (SELECT USER FROM information_schema.PROCESSLIST WHERE ID = IS_USED_LOCK(${LOCK})) AS user`;

const DENIED = [
  "ER_SPECIFIC_ACCESS_DENIED_ERROR",
  "ER_ACCESS_DENIED_ERROR",
  "ER_DBACCESS_DENIED_ERROR",
  "ER_TABLEACCESS_DENIED_ERROR",
  "ER_CANT_CREATE_USER_WITH_GRANT",
];

export function mysqlSession(
  connection: SqlConnection,
  self: Credentials,
  databaseName: string,
  log: Log,
): DatabaseSession {
  let known: ServerVersion | undefined;
  const serverVersion = async (): Promise<ServerVersion> => {
    known ??= parseServerVersion(
      String((await connection.run("read the version", "SELECT VERSION() AS version"))[0]?.version),
    );
    return known;
  };

  /** Runs for every account of a user. */
  const forEach = async (user: string, act: (account: Account) => Promise<void>): Promise<void> => {
    for (const account of await accountsOf(connection, user)) await act(account);
  };

  const hostsOf = async (user: string): Promise<string[]> =>
    (await accountsOf(connection, user)).map(({ host }) => host);

  const createAccount = async (account: Account, origin: string): Promise<void> => {
    const sql = createAccountStatement(await serverVersion(), account, origin, unknownPassword());
    await connection.run(`create the user ${quote(account.user)}`, sql);
  };

  /** An ordinary user may not look. Who then goes to make the user is the superuser, who may, and looks again. */
  const roleExists: DatabaseSession["roleExists"] = async (role) => {
    try {
      return (await accountsOf(connection, role)).length > 0;
    } catch (error) {
      if (isRefusal(error, "ER_TABLEACCESS_DENIED_ERROR")) return false;
      throw error;
    }
  };

  const createUser = async (user: string, hosts: readonly string[], origin: string): Promise<void> => {
    for (const host of hosts.length > 0 ? hosts : ["%"]) await createAccount({ user, host }, origin);
  };

  /** Also where its creation was cut off. */
  const recordUser = async (user: string, origin: string): Promise<void> => {
    const version = await serverVersion();
    const recorded = await recordedOrigins(connection, version, user);
    await forEach(user, async (account) => {
      if (!isRecorded(recorded, account.host, version, origin)) {
        await recordOrigin(connection, version, account, origin);
      }
    });
  };

  const alignAccounts = async ({ user, alternate, origin }: Pair): Promise<void> => {
    const version = await serverVersion();
    const oursOf = async (name: string) => (await accountsByOrigin(connection, version, name, origin)).ours;
    const accounts = await oursOf(user);
    const present = new Set(await hostsOf(alternate));
    const missing = accounts.filter(({ host }) => !present.has(host));
    for (const { host } of missing) await createAccount({ user: alternate, host }, origin);
    for (const counterpart of await oursOf(alternate)) {
      const account = accounts.find(({ host }) => host === counterpart.host);
      if (account !== undefined) await alignAccount(connection, version, account, counterpart);
    }
  };

  return {
    user: self.username,

    async ping() {
      await connection.run("run a query", "SELECT 1");
    },

    async loggedInAs() {
      const rows = await connection.run(
        "look for the account of this session",
        "SELECT CURRENT_USER() AS name",
      );
      return String(rows[0]?.name);
    },

    roleExists,

    assertOnePassword: (user) => assertOneAccount(connection, user),

    async findForeignUser(user, origin) {
      return await findForeignUser(connection, await serverVersion(), user, origin);
    },

    async findForeignPair(pair, opened) {
      return await findForeignPair(connection, await serverVersion(), pair, opened);
    },

    async provideUser(user, origin) {
      const exists = await roleExists(user);
      if (!exists) await createUser(user, [], origin);
      await recordUser(user, origin);
      const version = await serverVersion();
      await forEach(user, (account) => allowDualPasswords(connection, version, account));
      return !exists;
    },

    async provideIamUser(user, origin) {
      if (!(await roleExists(user))) await createUser(user, [], origin);
      await recordUser(user, origin);
      await forEach(user, async (account) => {
        await connection.run(
          `let ${quote(user)} log in with IAM`,
          `ALTER USER ${accountName(account)} IDENTIFIED WITH ${IAM_PLUGIN} AS 'RDS' REQUIRE SSL`,
        );
      });
    },

    async alignPair(pair) {
      const { user, alternate, origin } = pair;
      const exists = await roleExists(alternate);
      if (!exists) await createUser(alternate, await hostsOf(user), origin);
      // Both from now on, so that the turn of the one that AWSCURRENT has opened can come.
      for (const name of [alternate, user]) await recordUser(name, origin);
      const remedy =
        `The superuser ${quote(self.username)} may not grant everything that ${quote(user)} has. Give it that with ` +
        `GRANT OPTION, or take it from the user: compare SHOW GRANTS FOR ${literal(user)} and SHOW GRANTS.`;
      await withRemedy(remedy, DENIED, () => alignAccounts(pair));
      return { created: !exists, grantee: alternate, lacking: [] };
    },

    async setPassword(role, password) {
      assertPrintable(password);
      const version = await serverVersion();
      if (role === self.username) return await setOwnPassword(connection, version, self, password);
      await replacePassword(connection, version, await accountsOf(connection, role), password);
      return "replaced";
    },

    async assertGrantable(groupRoles, grants) {
      for (const role of groupRoles) await assertGroupRole(connection, await serverVersion(), role);
      for (const grant of grants) readGrant(grant, databaseName);
    },

    async grantMembership(role, member) {
      const version = await serverVersion();
      await forEach(member, async (account) => {
        await connection.run(
          `grant the role ${quote(role)} to ${quote(member)}`,
          `GRANT ${literal(role)} TO ${accountName(account)}`,
        );
        // A role that is not a default role has no effect until a session sets it.
        await setDefaultRoles(connection, version, account, [version.isMariaDb ? identifier(role) : "ALL"]);
      });
    },

    async hasIamLogin(role) {
      const accounts = await accountsOf(connection, role);
      return accounts.length > 0 && accounts.every(({ plugin }) => plugin === IAM_PLUGIN);
    },

    async grant(grant, role) {
      const { privileges, schema } = readGrant(grant, databaseName);
      if (privileges.length === 0) return [];
      const rows = await connection.run(
        "read partial_revokes",
        "SHOW GLOBAL VARIABLES LIKE 'partial_revokes'",
      );
      const on = everythingIn(schema, String(rows[0]?.Value ?? "OFF") !== "ON");
      await forEach(role, async (account) => {
        await connection.run(
          `grant ${privileges.join(", ")} on ${quote(on)} to ${quote(role)}`,
          `GRANT ${privileges.join(", ")} ON ${on} TO ${accountName(account)}`,
        );
      });
      return [];
    },

    async transaction(work) {
      const rows = await connection.run("wait for other rotations", `SELECT GET_LOCK(${LOCK}, 5) AS locked`);
      if (Number(rows[0]?.locked) !== 1) {
        const [holder] = await connection.run("look for who holds the lock", LOCK_HOLDER);
        // Another run of this function, which may be at its password; or it has just ended.
        if (holder?.id === null || holder?.user === self.username) {
          throw new DatabaseUnavailableError({
            problem: "Another rotation has been at work in this database for more than 5 s",
            remedy:
              "Secrets Manager calls the step again. If it recurs and there is none, end the session that holds the " +
              `lock (SELECT IS_USED_LOCK(${LOCK})).`,
          });
        }
        // Any user may hold it, and none may stop rotations with it.
        log.warn("waited in vain for other rotations in this database, and goes on", {
          user: self.username,
          remedy: `If that is no rotation, end the session that holds the lock (SELECT IS_USED_LOCK(${LOCK})).`,
        });
        return await work();
      }
      try {
        return await work();
      } finally {
        // Closing the session gives it back too, should this fail.
        await connection
          .run("let other rotations go on", `SELECT RELEASE_LOCK(${LOCK})`)
          .catch(() => undefined);
      }
    },

    close: () => connection.close(),
  };
}

/** A grant of the tags in MySQL's words; refuses what must not be granted. */
function readGrant(
  grant: Grant,
  databaseName: string,
): { readonly privileges: readonly string[]; readonly schema: string } {
  const privileges = privilegesOf(grant);
  if (typeof privileges === "string") {
    throw new DatabaseCommandError({ problem: privileges, remedy: "Correct the tag rotation:grants." });
  }
  const schema = grant.on === "database" ? databaseName : grant.schema;
  if (privileges.length === 0 || !isSystemSchema(schema)) return { privileges, schema };
  throw new RefusedError({
    problem: `The tag rotation:grants asks for ${privileges.join(", ")} on ${quote(schema)}, which is the server's own`,
    remedy: "Remove this grant from the tag, or correct dbname in the secret if it is meant for another.",
  });
}

/** Lets a user keep its old password beside the new one, if the superuser may. Without it, rotation goes on as well. */
async function allowDualPasswords(
  connection: SqlConnection,
  { hasDualPasswords }: ServerVersion,
  account: Account,
): Promise<void> {
  if (!hasDualPasswords) return;
  try {
    await connection.run(
      `let ${quote(account.user)} keep an old password`,
      `GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO ${accountName(account)}`,
    );
  } catch (error) {
    if (!isRefusal(error, ...DENIED)) throw error;
  }
}
