import { escapeIdentifier, escapeLiteral } from "pg";

/**
 * Utility statements take no bind parameters, so names and texts are quoted here, by node-postgres's port of libpq's
 * functions. The only password-like text in them is a SCRAM verifier.
 */

export function createUser(role: string): string {
  return `CREATE ROLE ${escapeIdentifier(role)} LOGIN`;
}

export function alterPassword(role: string, verifier: string): string {
  return `ALTER ROLE ${escapeIdentifier(role)} PASSWORD ${escapeLiteral(verifier)}`;
}

export function commentOnRole(role: string, comment: string): string {
  return `COMMENT ON ROLE ${escapeIdentifier(role)} IS ${escapeLiteral(comment)}`;
}

export function grantRole(role: string, member: string): string {
  return `GRANT ${escapeIdentifier(role)} TO ${escapeIdentifier(member)}`;
}

export function limitLogins(role: string, connections: number, until: string): string {
  return `ALTER ROLE ${escapeIdentifier(role)} CONNECTION LIMIT ${connections} VALID UNTIL ${escapeLiteral(until)}`;
}

export function workAs(role: string, owner: string): string {
  return `ALTER ROLE ${escapeIdentifier(role)} SET role = ${escapeLiteral(owner)}`;
}

/** Of a list, each value; of any other parameter, one. */
export function setParameter(
  role: string,
  database: string | null,
  name: string,
  values: readonly string[],
): string {
  return `${alterIn(role, database)} SET ${parameter(name)} TO ${values.map(escapeLiteral).join(", ") || "''"}`;
}

export function resetParameter(role: string, database: string | null, name: string): string {
  return `${alterIn(role, database)} RESET ${parameter(name)}`;
}

function alterIn(role: string, database: string | null): string {
  const where = database === null ? "" : ` IN DATABASE ${escapeIdentifier(database)}`;
  return `ALTER ROLE ${escapeIdentifier(role)}${where}`;
}

/** Names of extensions' and applications' own have a dot. */
function parameter(name: string): string {
  return name.split(".").map(escapeIdentifier).join(".");
}

export function reassignOwned(from: string, to: string): string {
  return `REASSIGN OWNED BY ${escapeIdentifier(from)} TO ${escapeIdentifier(to)}`;
}

/** `privilege` is of the allow-list in `grants.ts`, and `objects` come quoted from the server. */
export function grantPrivilege(
  privilege: string,
  kind: "DATABASE" | "SCHEMA" | "TABLE" | "SEQUENCE",
  objects: readonly string[],
  role: string,
): string {
  return `GRANT ${privilege} ON ${kind} ${objects.join(", ")} TO ${escapeIdentifier(role)}`;
}

/** For what the session's user creates later; nobody but its creator can say so of another's objects. */
export function grantDefaultPrivilege(
  privileges: readonly string[],
  schema: string,
  kind: "TABLE" | "SEQUENCE",
  role: string,
): string {
  const where = `IN SCHEMA ${escapeIdentifier(schema)}`;
  return `ALTER DEFAULT PRIVILEGES ${where} GRANT ${privileges.join(", ")} ON ${kind}S TO ${escapeIdentifier(role)}`;
}
