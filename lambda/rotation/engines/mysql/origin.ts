import { createHash } from "node:crypto";
import { quote } from "../../support/text";
import type { SqlConnection } from "../sql-connection";
import { type AccountSettings, accountsOf } from "./accounts";
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

/** The accounts of a user, by whether they are of this origin; also those that were created and no more. */
export async function accountsByOrigin(
  connection: SqlConnection,
  version: ServerVersion,
  user: string,
  origin: string,
): Promise<{ readonly ours: readonly AccountSettings[]; readonly others: readonly AccountSettings[] }> {
  const recorded = await recordedHosts(connection, version, user, origin);
  const isOurs = ({ host, hash }: AccountSettings): boolean =>
    recorded.has(host) || (version.isMariaDb && hash === hashOf(origin));
  const accounts = await accountsOf(connection, user);
  return { ours: accounts.filter(isOurs), others: accounts.filter((account) => !isOurs(account)) };
}

/** The hosts of those accounts of a user that have this origin recorded. */
export async function recordedHosts(
  connection: SqlConnection,
  { isMariaDb }: ServerVersion,
  user: string,
  origin: string,
): Promise<ReadonlySet<string>> {
  const rows = await connection.run(
    "read the origin of a user",
    isMariaDb
      ? `SELECT Host AS host FROM mysql.roles_mapping
         WHERE User = ${literal(user)} AND Role = ${literal(roleOf(origin))}`
      : `SELECT HOST AS host FROM information_schema.USER_ATTRIBUTES
         WHERE USER = ${literal(user)} AND ATTRIBUTE->>'$.${ATTRIBUTE}' = ${literal(origin)}`,
  );
  return new Set(rows.map(({ host }) => String(host)));
}

export function handOverCommand(accounts: readonly Account[], origin: string, isMariaDb: boolean): string {
  const role = literal(roleOf(origin));
  const perAccount = accounts.map((account) =>
    isMariaDb
      ? `GRANT ${role} TO ${accountName(account)}`
      : `ALTER USER ${accountName(account)} ATTRIBUTE ${attributeOf(origin)}`,
  );
  return [...(isMariaDb ? [`CREATE ROLE IF NOT EXISTS ${role}`] : []), ...perAccount].join("; ");
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
