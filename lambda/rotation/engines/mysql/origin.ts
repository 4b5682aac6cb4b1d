import { createHash } from "node:crypto";
import { quote } from "../../text";
import type { SqlConnection } from "../sql-connection";
import { accountsOf } from "./accounts";
import type { ServerVersion } from "./server-version";
import { type Account, accountName, literal } from "./sql";

const ATTRIBUTE = "secretRotation";

/**
 * Where a user comes from, recorded so that only a superuser can write it, and from the moment the user exists.
 *
 * MySQL has attributes of an account (8.0.21 and later). MariaDB has none: there a role without privileges stands for
 * the origin, and until the account is a member of it, its first password hash, which is no password's.
 */
export function createAccountStatement(
  { isMariaDb }: ServerVersion,
  account: Account,
  origin: string,
  unknownPassword: string,
): string {
  const user = `CREATE USER ${accountName(account)}`;
  return isMariaDb
    ? `${user} IDENTIFIED BY PASSWORD ${literal(hashOf(origin))}`
    : `${user} IDENTIFIED BY ${literal(unknownPassword)} ATTRIBUTE ${attributeOf(origin)}`;
}

export async function recordOrigin(
  connection: SqlConnection,
  { isMariaDb }: ServerVersion,
  account: Account,
  origin: string,
): Promise<void> {
  const intent = `record the origin of ${quote(account.user)}`;
  if (!isMariaDb) {
    await connection.run(intent, `ALTER USER ${accountName(account)} ATTRIBUTE ${attributeOf(origin)}`);
    return;
  }
  await connection.run(intent, `CREATE ROLE IF NOT EXISTS ${literal(roleOf(origin))}`);
  await connection.run(intent, `GRANT ${literal(roleOf(origin))} TO ${accountName(account)}`);
}

/** Also of a user that was created and no more. */
export async function hasOrigin(
  connection: SqlConnection,
  version: ServerVersion,
  user: string,
  origin: string,
): Promise<boolean> {
  if (await isRecorded(connection, version, user, origin)) return true;
  return (
    version.isMariaDb && (await accountsOf(connection, user)).some(({ hash }) => hash === hashOf(origin))
  );
}

export async function isRecorded(
  connection: SqlConnection,
  { isMariaDb }: ServerVersion,
  user: string,
  origin: string,
): Promise<boolean> {
  const rows = await connection.run(
    "read the origin of a user",
    isMariaDb
      ? `SELECT 1 FROM mysql.roles_mapping WHERE User = ${literal(user)} AND Role = ${literal(roleOf(origin))}`
      : `SELECT 1 FROM information_schema.USER_ATTRIBUTES
         WHERE USER = ${literal(user)} AND ATTRIBUTE->>'$.${ATTRIBUTE}' = ${literal(origin)}`,
  );
  return rows.length > 0;
}

export function handOverCommand(user: string, origin: string, isMariaDb: boolean): string {
  const account = `${literal(user)}@'%'`;
  const role = literal(roleOf(origin));
  return isMariaDb
    ? `CREATE ROLE IF NOT EXISTS ${role}; GRANT ${role} TO ${account}`
    : `ALTER USER ${account} ATTRIBUTE ${attributeOf(origin)}`;
}

/** Merged into what is there. */
function attributeOf(origin: string): string {
  return literal(JSON.stringify({ [ATTRIBUTE]: origin }));
}

function roleOf(origin: string): string {
  return `rotation_${createHash("sha256").update(origin).digest("hex").slice(0, 20)}`;
}

function hashOf(origin: string): string {
  return `*${createHash("sha256").update(origin).digest("hex").slice(0, 40).toUpperCase()}`;
}
