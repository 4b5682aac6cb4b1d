import { createHash, randomBytes } from "node:crypto";
import { quote } from "../../support/text";
import type { Credentials, PasswordChange } from "../engine";
import { isRefusal, withRemedy } from "../refusals";
import type { SqlConnection } from "../sql-connection";
import type { ServerVersion } from "./server-version";
import { type Account, accountName, literal } from "./sql";

/**
 * Gives every account of a user a password, which is the only one then.
 *
 * MariaDB takes the hash that mysql_native_password keeps, so that no password is in its general log. MySQL does not
 * where it matters (a user's own password, dual passwords), but it writes these statements to its logs without the
 * password (reference manual, "Passwords and Logging").
 */
export async function replacePassword(
  connection: SqlConnection,
  { isMariaDb, hasDualPasswords }: ServerVersion,
  accounts: readonly Account[],
  password: string,
): Promise<void> {
  const alter = async (intent: string, what: string): Promise<void> => {
    const changes = accounts.map((account) => `${accountName(account)} ${what}`);
    await connection.run(
      `${intent} of ${quote(accounts[0]?.user ?? "")}`,
      `ALTER USER ${changes.join(", ")}`,
    );
  };
  // One that the user kept when it changed its own password: a new one alone leaves that valid (reference manual,
  // "Password Management", dual passwords).
  if (hasDualPasswords) await alter("end the old password", "DISCARD OLD PASSWORD");
  await alter(
    "set the password",
    isMariaDb
      ? `IDENTIFIED BY PASSWORD ${literal(nativeHash(password))}`
      : `IDENTIFIED BY ${literal(password)}`,
  );
}

/**
 * The session's user changes its own password, in the account that it logged in as.
 *
 * RETAIN keeps the primary password, whichever the user logged in with. So it is asked for only together with REPLACE,
 * which has the server compare the primary one in the same statement (reference manual, "ALTER USER Statement"). Where
 * another is primary, set with the user's password by an abandoned rotation or by whoever else had it, the one of this
 * session is the secondary: it stays, and the other one goes.
 */
export async function setOwnPassword(
  connection: SqlConnection,
  version: ServerVersion,
  self: Credentials,
  password: string,
): Promise<PasswordChange> {
  const alter = (sql: string) => connection.run(`set the password of ${quote(self.username)}`, sql);
  if (version.isMariaDb) {
    await alter(`SET PASSWORD = ${literal(nativeHash(password))}`);
    return "replaced";
  }
  const change = `ALTER USER USER() IDENTIFIED BY ${literal(password)}`;
  const checked = `${change} REPLACE ${literal(self.password)}`;
  if (version.hasDualPasswords) {
    try {
      await alter(`${checked} RETAIN CURRENT PASSWORD`);
      return "retained";
    } catch (error) {
      if (isRefusal(error, "ER_INCORRECT_CURRENT_PASSWORD")) {
        await withRemedy(FOREIGN_PASSWORD, ["ER_MISSING_CURRENT_PASSWORD"], () => alter(change));
        return "retained, a foreign one ended";
      }
      // Keeping the old password takes APPLICATION_PASSWORD_ADMIN.
      if (!isRefusal(error, "ER_SPECIFIC_ACCESS_DENIED_ERROR")) throw error;
    }
  }
  try {
    await alter(change);
  } catch (error) {
    // The account has PASSWORD REQUIRE CURRENT.
    if (!isRefusal(error, "ER_MISSING_CURRENT_PASSWORD")) throw error;
    await alter(checked);
  }
  return "replaced";
}

const FOREIGN_PASSWORD =
  "The account has PASSWORD REQUIRE CURRENT, and somebody gave it a password that the secret does not have. Set " +
  "it, as a superuser, to the one in AWSCURRENT, and rotate again.";

/** For an account that nobody shall log in to yet. Of all classes of characters, for servers with a password policy. */
export function unknownPassword(): string {
  return `${randomBytes(30).toString("base64url")}aA1!`;
}

/** What `mysql_native_password` keeps: SHA1(SHA1(password)). */
export function nativeHash(password: string): string {
  const sha1 = (data: string | Buffer) => createHash("sha1").update(data).digest();
  return `*${sha1(sha1(password)).toString("hex").toUpperCase()}`;
}
