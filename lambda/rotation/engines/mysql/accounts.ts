import { quote } from "../../support/text";
import type { Row, SqlConnection } from "../sql-connection";
import { type Entitlement, parseGrants, statementsToAlign } from "./entitlements";
import { unknownPassword } from "./passwords";
import type { ServerVersion } from "./server-version";
import { type Account, accountName, identifier, literal } from "./sql";

/** An account beside its name and password: what its twin must have as well. */
export interface AccountSettings extends Account {
  readonly plugin: string;
  /** What the plugin keeps of the password. */
  readonly hash: string;
  /** `NONE`, `SSL`, `X509` or conditions, as in REQUIRE. */
  readonly tls: string;
  /** As in WITH. */
  readonly limits: string;
}

/**
 * Those of MySQL that keep a password (reference manual, "Password Management"). MariaDB's is set together with the
 * password: the function speaks one only.
 */
const PASSWORD_PLUGINS: ReadonlySet<string> = new Set([
  "caching_sha2_password",
  "mysql_native_password",
  "sha256_password",
]);

const LIMITS = {
  max_questions: "MAX_QUERIES_PER_HOUR",
  max_updates: "MAX_UPDATES_PER_HOUR",
  max_connections: "MAX_CONNECTIONS_PER_HOUR",
  max_user_connections: "MAX_USER_CONNECTIONS",
} as const;
const LIMITS_OF_MARIADB = { max_statement_time: "MAX_STATEMENT_TIME" } as const;

/** The accounts of a user: one for each host part. MariaDB keeps roles in the same table, with no host. */
export async function accountsOf(connection: SqlConnection, user: string): Promise<AccountSettings[]> {
  const rows = await connection.run(
    "look for accounts",
    `SELECT Host AS host, plugin, authentication_string AS hash, ssl_type, CONVERT(ssl_cipher USING utf8mb4) AS cipher,
            CONVERT(x509_issuer USING utf8mb4) AS issuer, CONVERT(x509_subject USING utf8mb4) AS subject,
            ${Object.keys(LIMITS).join(", ")} /*M! , ${Object.keys(LIMITS_OF_MARIADB).join(", ")} */
     FROM mysql.user WHERE User = ${literal(user)} AND Host <> '' ORDER BY Host`,
  );
  return rows.map((row) => ({
    user,
    host: String(row.host),
    plugin: String(row.plugin),
    hash: String(row.hash ?? ""),
    tls: tlsRequirement(row),
    limits: Object.entries({ ...LIMITS, ...LIMITS_OF_MARIADB })
      .filter(([column]) => column in row)
      .map(([column, name]) => `${name} ${Number(row[column])}`)
      .join(" "),
  }));
}

function tlsRequirement(row: Row): string {
  if (row.ssl_type === "ANY") return "SSL";
  if (row.ssl_type === "X509") return "X509";
  if (row.ssl_type !== "SPECIFIED") return "NONE";
  return [
    ["CIPHER", row.cipher],
    ["ISSUER", row.issuer],
    ["SUBJECT", row.subject],
  ]
    .filter(([, value]) => value)
    .map(([name, value]) => `${name} ${literal(String(value))}`)
    .join(" AND ");
}

export async function entitlementsOf(connection: SqlConnection, account: Account): Promise<Entitlement[]> {
  return await entitlementsNamed(connection, accountName(account), account.user);
}

/** Of an account or a role, by its quoted name. */
export async function entitlementsNamed(
  connection: SqlConnection,
  name: string,
  subject = name,
): Promise<Entitlement[]> {
  const rows = await connection.run(`read the grants of ${quote(subject)}`, `SHOW GRANTS FOR ${name}`);
  return parseGrants(rows.map((row) => String(Object.values(row)[0])));
}

/**
 * Gives one account the plugin, grants, roles, default roles, TLS requirement and limits of another, and nothing else.
 * With another plugin it also gets another password, which nobody knows.
 */
export async function alignAccount(
  connection: SqlConnection,
  version: ServerVersion,
  from: AccountSettings,
  to: AccountSettings,
): Promise<void> {
  const name = accountName(to);
  if (!version.isMariaDb && from.plugin !== to.plugin && PASSWORD_PLUGINS.has(from.plugin)) {
    await connection.run(
      `set the authentication plugin of ${quote(to.user)}`,
      `ALTER USER ${name} IDENTIFIED WITH ${from.plugin} BY ${literal(unknownPassword())}`,
    );
  }
  if (from.tls !== to.tls || from.limits !== to.limits) {
    await connection.run(
      `set TLS requirement and limits of ${quote(to.user)}`,
      `ALTER USER ${name} REQUIRE ${from.tls} WITH ${from.limits}`,
    );
  }
  const [wanted, present] = [await entitlementsOf(connection, from), await entitlementsOf(connection, to)];
  for (const sql of statementsToAlign(name, present, wanted)) {
    await connection.run(`align the grants of ${quote(to.user)} with those of ${quote(from.user)}`, sql);
  }
  await alignDefaultRoles(connection, version, from, to);
}

async function alignDefaultRoles(
  connection: SqlConnection,
  version: ServerVersion,
  from: Account,
  to: Account,
): Promise<void> {
  const [wanted, present] = [
    await defaultRoles(connection, version, from),
    await defaultRoles(connection, version, to),
  ];
  if (wanted.join() === present.join()) return;
  await setDefaultRoles(connection, version, to, wanted);
}

/** Quoted. MariaDB has at most one. */
async function defaultRoles(
  connection: SqlConnection,
  { isMariaDb }: ServerVersion,
  { user, host }: Account,
): Promise<string[]> {
  const rows = await connection.run(
    "read default roles",
    isMariaDb
      ? `SELECT default_role AS role FROM mysql.user WHERE User = ${literal(user)} AND Host = ` +
          `${literal(host)} AND default_role <> ''`
      : `SELECT DEFAULT_ROLE_USER AS role, DEFAULT_ROLE_HOST AS host FROM mysql.default_roles
         WHERE USER = ${literal(user)} AND HOST = ${literal(host)} ORDER BY 1, 2`,
  );
  return rows.map((row) =>
    isMariaDb
      ? identifier(String(row.role))
      : accountName({ user: String(row.role), host: String(row.host) }),
  );
}

export async function setDefaultRoles(
  connection: SqlConnection,
  { isMariaDb }: ServerVersion,
  account: Account,
  roles: readonly string[],
): Promise<void> {
  const list = roles.length === 0 ? "NONE" : roles.join(", ");
  await connection.run(
    `set the default role of ${quote(account.user)}`,
    isMariaDb
      ? `SET DEFAULT ROLE ${list} FOR ${accountName(account)}`
      : `ALTER USER ${accountName(account)} DEFAULT ROLE ${list}`,
  );
}
