import { createHash } from "node:crypto";
import { quote } from "../../support/text";
import type { SqlConnection } from "../sql-connection";
import { type AccountSettings, accountsOf } from "./accounts";
import type { ServerVersion } from "./server-version";
import { type Account, accountName, literal } from "./sql";

const ATTRIBUTE = "secretRotation";

/** MariaDB's, with a part of the origin's hash. */
const MARK = /^rotation_[0-9a-f]{20}$/;

/**
 * Where a user comes from, recorded so that only a superuser can write it, and from the moment the user exists.
 *
 * MySQL has attributes of an account (8.0.21 and later). MariaDB has none: there a role without privileges stands for
 * the origin, and until the account is a member of it, its first password hash, which is no password's. Who is in such
 * a role cannot pass it on, and tags cannot name it; the hash can be set by a superuser, or by the user itself.
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
  await connection.run(intent, `CREATE ROLE IF NOT EXISTS ${literal(markOf(origin))}`);
  await connection.run(intent, `GRANT ${literal(markOf(origin))} TO ${accountName(account)}`);
}

/** The accounts of a user, by whether they are of this origin; also those that were created and no more. */
export async function accountsByOrigin(
  connection: SqlConnection,
  version: ServerVersion,
  user: string,
  origin: string,
): Promise<{
  readonly ours: readonly AccountSettings[];
  readonly foreign: readonly ForeignAccount[];
}> {
  const recorded = await recordedOrigins(connection, version, user);
  const isOurs = ({ host, hash }: AccountSettings): boolean =>
    isRecorded(recorded, host, version, origin) || (version.isMariaDb && hash === hashOf(origin));
  const accounts = await accountsOf(connection, user);
  return {
    ours: accounts.filter(isOurs),
    foreign: accounts
      .filter((account) => !isOurs(account))
      .map(({ host }) => ({ user, host, isAnothers: recorded.has(host) })),
  };
}

/** By host, what is recorded beside the accounts of a user: origins (MySQL), or their marks. */
export type RecordedOrigins = ReadonlyMap<string, readonly string[]>;

export async function recordedOrigins(
  connection: SqlConnection,
  { isMariaDb }: ServerVersion,
  user: string,
): Promise<RecordedOrigins> {
  const rows = await connection.run(
    "read the origin of a user",
    isMariaDb
      ? `SELECT Host AS host, Role AS origin FROM mysql.roles_mapping WHERE User = ${literal(user)}`
      : `SELECT HOST AS host, ATTRIBUTE->>'$.${ATTRIBUTE}' AS origin FROM information_schema.USER_ATTRIBUTES
         WHERE USER = ${literal(user)}`,
  );
  const origins = new Map<string, string[]>();
  for (const { host, origin } of rows) {
    const text = String(origin ?? "");
    if (text === "" || (isMariaDb && !isMark(text))) continue;
    origins.set(String(host), [...(origins.get(String(host)) ?? []), text]);
  }
  return origins;
}

export function isRecorded(
  recorded: RecordedOrigins,
  host: string,
  { isMariaDb }: ServerVersion,
  origin: string,
): boolean {
  return recorded.get(host)?.includes(isMariaDb ? markOf(origin) : origin) ?? false;
}

/** An account that is not of the origin asked for. */
export interface ForeignAccount extends Account {
  /** It is recorded as of the origin of another secret. */
  readonly isAnothers: boolean;
}

/** Also takes them from the secret that they are recorded for. */
export async function handOverCommand(
  connection: SqlConnection,
  version: ServerVersion,
  user: string,
  origin: string,
  accounts: readonly Account[],
): Promise<string> {
  const recorded = await recordedOrigins(connection, version, user);
  if (!version.isMariaDb) {
    return accounts
      .map((account) => `ALTER USER ${accountName(account)} ATTRIBUTE ${attributeOf(origin)}`)
      .join("; ");
  }
  const mark = literal(markOf(origin));
  const perAccount = accounts.flatMap((account) => [
    ...(recorded.get(account.host) ?? []).map(
      (former) => `REVOKE ${literal(former)} FROM ${accountName(account)}`,
    ),
    `GRANT ${mark} TO ${accountName(account)}`,
  ]);
  return [`CREATE ROLE IF NOT EXISTS ${mark}`, ...perAccount].join("; ");
}

/** Whether a role of MariaDB stands for the origin of some secret. */
export function isMark(role: string): boolean {
  return MARK.test(role);
}

/** Merged into what is there. */
function attributeOf(origin: string): string {
  return literal(JSON.stringify({ [ATTRIBUTE]: origin }));
}

function markOf(origin: string): string {
  return `rotation_${createHash("sha256").update(origin).digest("hex").slice(0, 20)}`;
}

function hashOf(origin: string): string {
  return `*${createHash("sha256").update(origin).digest("hex").slice(0, 40).toUpperCase()}`;
}
