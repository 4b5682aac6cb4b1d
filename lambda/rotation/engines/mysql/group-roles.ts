import { RefusedError } from "../../support/errors";
import { quote } from "../../support/text";
import type { SqlConnection } from "../sql-connection";
import { entitlementsNamed } from "./accounts";
import { type Entitlement, GRANT_OPTION } from "./entitlements";
import { isMark } from "./origin";
import type { ServerVersion } from "./server-version";
import { identifier, literal } from "./sql";
import { coversSystemSchema } from "./system-schemas";

/** Amazon's: that of its masters, and those that let who is in them call Lambda or S3, of which grants show nothing. */
const AMAZONS = /^`(rds_|aws_)/i;

/** A schema, or a table, column or routine in it; nothing else that privileges are granted on. */
const IN_SCHEMA = /^(?:[A-Z ]+ )?`((?:[^`]|``)+)`\.(?:\*|`(?:[^`]|``)+`)$/;

/** How many of the things that a role must not hold an error names. */
const NAMED = 5;

/**
 * Who may write the tags of some secret must not become an administrator through them. So a group role is one that
 * reads and writes an application's data: it holds privileges within schemas that are not the server's own, which it
 * cannot pass on, and nothing else.
 */
export async function assertGroupRole(
  connection: SqlConnection,
  version: ServerVersion,
  role: string,
): Promise<void> {
  await assertRole(connection, version, role);
  // As the server itself quotes it.
  const name = version.isMariaDb ? identifier(role) : `${identifier(role)}@${identifier("%")}`;
  const itself: Entitlement = { kind: "role", what: name, on: "", grantable: false };
  const excess = new Set([itself, ...(await heldBy(connection, name))].flatMap(excessOf));
  if (excess.size === 0) return;
  const named = [...excess].slice(0, NAMED).map(quote);
  const more = excess.size > NAMED ? ` and ${excess.size - NAMED} more` : "";
  throw new RefusedError({
    problem:
      `The tag rotation:group-roles names ${quote(role)}, which reaches beyond the data of an application: ` +
      `it holds ${named.join(", ")}${more}`,
    remedy:
      "Name a role that only has privileges on schemas of applications, without GRANT OPTION, or take the " +
      `others from this one (SHOW GRANTS FOR ${literal(role)}, and those of the roles in it). What else the user ` +
      "needs, grant to it by hand.",
  });
}

/** MySQL takes any account for a role. What CREATE ROLE makes is locked and has no password. */
async function assertRole(
  connection: SqlConnection,
  { isMariaDb }: ServerVersion,
  role: string,
): Promise<void> {
  const rows = await connection.run(
    `look at the role ${quote(role)}`,
    `SELECT 1 FROM mysql.user WHERE User = ${literal(role)} AND ${
      isMariaDb ? "is_role = 'Y'" : "Host = '%' AND account_locked = 'Y' AND authentication_string = ''"
    }`,
  );
  if (rows.length > 0) return;
  throw new RefusedError({
    problem:
      `The tag rotation:group-roles names ${quote(role)}, which is no role: it does not exist, or is an ` +
      "account to log in to",
    remedy: `Make a role (CREATE ROLE ${literal(role)}) and grant it what its members need, or correct the tag.`,
  });
}

/** Also through other roles. */
async function heldBy(
  connection: SqlConnection,
  name: string,
  seen = new Set<string>(),
): Promise<Entitlement[]> {
  if (seen.has(name)) return [];
  seen.add(name);
  const held = await entitlementsNamed(connection, name);
  const inherited: Entitlement[] = [];
  for (const { kind, what } of held) {
    if (kind === "role") inherited.push(...(await heldBy(connection, what, seen)));
  }
  return [...held, ...inherited];
}

/** In words; nothing if a group role may hold it. */
function excessOf({ kind, what, on, grantable }: Entitlement): string[] {
  if (kind === "role") {
    const isNone = grantable || AMAZONS.test(what) || isMark(what.slice(1, -1));
    return isNone ? [`the role ${what}`] : [];
  }
  if (kind === "restriction") return [];
  const schema = IN_SCHEMA.exec(on)?.[1];
  const isData = schema !== undefined && !coversSystemSchema(schema) && what !== GRANT_OPTION;
  return isData ? [] : [`${what} on ${on}`];
}
