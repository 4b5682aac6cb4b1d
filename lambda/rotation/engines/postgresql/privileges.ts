import type { Grant } from "../../contract/grants";
import { DatabaseCommandError } from "../../support/errors";
import { quote } from "../../support/text";
import type { SqlConnection } from "../sql-connection";
import { grantDefaultPrivilege, grantPrivilege } from "./sql";

/** One privilege on one object. */
interface Privilege {
  readonly privilege: string;
  /** The object's name as the server quotes it. */
  readonly object: string;
  readonly owner: string;
  /** The session's user may grant it. */
  readonly grantable: boolean;
  /** The role has it already, perhaps through another role or through PUBLIC. */
  readonly held: boolean;
}

/**
 * Grants what the session's user may grant, and returns the tables and sequences for which it may not.
 *
 * What may be granted is found out first: a GRANT without the right to it only warns, or fails for every object it
 * names (PostgreSQL documentation, "GRANT").
 */
export async function grantPrivileges(
  connection: SqlConnection,
  grant: Grant,
  role: string,
): Promise<readonly string[]> {
  const { on, privileges } = grant;
  if (on === "database") {
    await grantOnOne(connection, "DATABASE", await look(connection, DATABASE, [role, privileges]), role);
    return [];
  }
  const { schema } = grant;
  const inSchema = await look(connection, SCHEMA, [role, on === "schema" ? privileges : ["USAGE"], schema]);
  if (inSchema.length === 0) {
    throw new DatabaseCommandError({
      problem: `There is no schema ${quote(schema)} in the database`,
      remedy: "Create it, or correct the tag rotation:grants.",
    });
  }
  if (on === "schema") {
    await grantOnOne(connection, "SCHEMA", inSchema, role);
    return [];
  }
  const kind = on === "tables" ? "TABLE" : "SEQUENCE";
  const found = await look(connection, OBJECTS[kind], [role, privileges, schema]);
  const ungranted = await grantOnAll(connection, kind, found, role);
  await connection.run(
    `grant privileges on later ${on} in ${quote(schema)} to ${quote(role)}`,
    grantDefaultPrivilege(privileges, schema, kind, role),
  );
  return ungranted;
}

/** Also where PUBLIC has the privilege: it may be taken from PUBLIC one day. */
async function grantOnOne(
  connection: SqlConnection,
  kind: "DATABASE" | "SCHEMA",
  privileges: readonly Privilege[],
  role: string,
): Promise<void> {
  for (const { privilege, object, owner, grantable, held } of privileges) {
    if (grantable) {
      await connection.run(
        `grant ${privilege} on ${kind.toLowerCase()} ${quote(object)} to ${quote(role)}`,
        grantPrivilege(privilege, kind, [object], role),
      );
    } else if (!held) {
      throw new DatabaseCommandError({
        problem: `The superuser may not grant ${privilege} on ${kind.toLowerCase()} ${quote(object)} to ${quote(role)}`,
        remedy:
          `Grant it as the owner, ${quote(owner)}: ${grantPrivilege(privilege, kind, [object], role)}; ` +
          "or remove it from the tag rotation:grants.",
      });
    }
  }
}

/** One statement for each privilege, however many objects there are. */
async function grantOnAll(
  connection: SqlConnection,
  kind: "TABLE" | "SEQUENCE",
  found: readonly Privilege[],
  role: string,
): Promise<readonly string[]> {
  const missing = found.filter(({ held }) => !held);
  for (const privilege of new Set(missing.map((one) => one.privilege))) {
    const objects = missing
      .filter((one) => one.privilege === privilege && one.grantable)
      .map(({ object }) => object);
    if (objects.length === 0) continue;
    await connection.run(
      `grant ${privilege} on ${objects.length} objects to ${quote(role)}`,
      grantPrivilege(privilege, kind, objects, role),
    );
  }
  return missing
    .filter(({ grantable }) => !grantable)
    .map(({ privilege, object, owner }) => `${privilege} on ${object}, owned by ${owner}`);
}

async function look(
  connection: SqlConnection,
  sql: string,
  values: readonly unknown[],
): Promise<readonly Privilege[]> {
  return (await connection.run("look up privileges", sql, values)) as unknown as readonly Privilege[];
}

const DATABASE = `
  SELECT p AS privilege, quote_ident(d.datname) AS object, pg_get_userbyid(d.datdba) AS owner,
         has_database_privilege(d.oid, p || ' WITH GRANT OPTION') AS grantable,
         has_database_privilege($1::name, d.oid, p) AS held
  FROM pg_database d, unnest($2::text[]) p
  WHERE d.datname = current_database()`;

const SCHEMA = `
  SELECT p AS privilege, quote_ident(n.nspname) AS object, pg_get_userbyid(n.nspowner) AS owner,
         has_schema_privilege(n.oid, p || ' WITH GRANT OPTION') AS grantable,
         has_schema_privilege($1::name, n.oid, p) AS held
  FROM pg_namespace n, unnest($2::text[]) p
  WHERE n.nspname = $3`;

/** Tables in the widest sense: partitioned and foreign ones and views too, as GRANT ... ON ALL TABLES has it. */
const OBJECTS = {
  TABLE: objectsInSchema("has_table_privilege", "'r', 'p', 'v', 'm', 'f'"),
  SEQUENCE: objectsInSchema("has_sequence_privilege", "'S'"),
} as const;

function objectsInSchema(hasPrivilege: string, kinds: string): string {
  return `
  SELECT p AS privilege, format('%I.%I', n.nspname, c.relname) AS object, pg_get_userbyid(c.relowner) AS owner,
         ${hasPrivilege}(c.oid, p || ' WITH GRANT OPTION') AS grantable,
         ${hasPrivilege}($1::name, c.oid, p) AS held
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest($2::text[]) p
  WHERE n.nspname = $3 AND c.relkind IN (${kinds})
  ORDER BY object, privilege`;
}
