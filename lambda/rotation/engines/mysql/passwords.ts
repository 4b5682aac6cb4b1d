import { createHash } from "node:crypto";
import { DatabaseCommandError, InvalidSecretError } from "../../errors";
import { quote } from "../../text";
import type { Credentials } from "../engine";
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

/** The session's user changes its own password. */
export async function setOwnPassword(
  connection: SqlConnection,
  version: ServerVersion,
  self: Credentials,
  password: string,
): Promise<"replaced" | "retained"> {
  const intent = `set the password of ${quote(self.username)}`;
  if (version.isMariaDb) {
    await connection.run(intent, `SET PASSWORD = ${literal(nativeHash(password))}`);
    return "replaced";
  }
  const change = async (more = "") => {
    const sql = `ALTER USER USER() IDENTIFIED BY ${literal(password)}`;
    try {
      await connection.run(intent, `${sql}${more}`);
    } catch (error) {
      if (!isRefusal(error, "ER_MISSING_CURRENT_PASSWORD")) throw error;
      // The account has PASSWORD REQUIRE CURRENT.
      await connection.run(intent, `${sql} REPLACE ${literal(self.password)}${more}`);
    }
  };
  if (version.hasDualPasswords) {
    try {
      await change(" RETAIN CURRENT PASSWORD");
      return "retained";
    } catch (error) {
      // Keeping the old password takes APPLICATION_PASSWORD_ADMIN.
      if (!isRefusal(error, "ER_SPECIFIC_ACCESS_DENIED_ERROR")) throw error;
    }
  }
  await change();
  return "replaced";
}

export function isRefusal(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof DatabaseCommandError && codes.includes(error.code ?? "");
}

export function assertPrintable(password: string): void {
  if (/^[\x20-\x7e]+$/.test(password)) return;
  throw new InvalidSecretError({
    problem: "The new password has characters outside printable ASCII",
    remedy: "Remove the AWSPENDING label from this version and rotate again: generated passwords are ASCII.",
  });
}

/** What `mysql_native_password` keeps: SHA1(SHA1(password)). */
export function nativeHash(password: string): string {
  const sha1 = (data: string | Buffer) => createHash("sha1").update(data).digest();
  return `*${sha1(sha1(password)).toString("hex").toUpperCase()}`;
}
