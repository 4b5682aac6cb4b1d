import type { Grant } from "../../contract/grants";

/**
 * Account statements take no parameters, so names and texts are quoted here. Sessions run with NO_BACKSLASH_ESCAPES
 * (see `connection.ts`): a quote within quotes is doubled, and nothing else has a meaning.
 */

export interface Account {
  readonly user: string;
  readonly host: string;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function identifier(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

export function accountName({ user, host }: Account): string {
  return `${literal(user)}@${literal(host)}`;
}

/** In a GRANT, `_` and `%` in the name of a database stand for other characters, unless partial revokes are on. */
export function everythingIn(database: string, wildcards: boolean): string {
  return `${identifier(wildcards ? database.replace(/[\\_%]/g, "\\$&") : database)}.*`;
}

/**
 * PostgreSQL's privileges, in which the tags are written, as MySQL's. Those that every user has are none. An error text
 * where MySQL has no such privilege, or only one that allows much more.
 */
export function privilegesOf({ on, privileges }: Grant): readonly string[] | string {
  const known = PRIVILEGES[on];
  const unknown = privileges.filter((privilege) => !Object.hasOwn(known, privilege));
  if (unknown.length > 0) return `MySQL has no privilege for ${unknown.join("+")} on ${on}`;
  return privileges.flatMap((privilege) => known[privilege] ?? []);
}

/** MySQL's databases are its schemas. */
const PRIVILEGES: Readonly<Record<Grant["on"], Readonly<Record<string, readonly string[]>>>> = {
  database: { CONNECT: [], CREATE: ["CREATE"], TEMPORARY: ["CREATE TEMPORARY TABLES"] },
  schema: { USAGE: [], CREATE: ["CREATE"] },
  tables: {
    SELECT: ["SELECT"],
    INSERT: ["INSERT"],
    UPDATE: ["UPDATE"],
    DELETE: ["DELETE"],
    REFERENCES: ["REFERENCES"],
    TRIGGER: ["TRIGGER"],
  },
  sequences: {},
};
