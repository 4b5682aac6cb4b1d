import { quote } from "./text";

/** Privileges on one kind of object; a schema stands for all its tables or sequences. */
export type Grant =
  | { readonly on: "database"; readonly privileges: readonly string[] }
  | {
      readonly on: "schema" | "tables" | "sequences";
      readonly schema: string;
      readonly privileges: readonly string[];
    };

/**
 * What may be asked for. PostgreSQL documentation, "Privileges", table 5.2; without MAINTAIN, which servers before 17
 * do not know, and without ALL, which means something else on every version.
 */
export const PRIVILEGES = {
  database: ["CONNECT", "CREATE", "TEMPORARY"],
  schema: ["USAGE", "CREATE"],
  tables: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
  sequences: ["USAGE", "SELECT", "UPDATE"],
} as const satisfies Readonly<Record<Grant["on"], readonly string[]>>;

/**
 * `PRIVILEGE[+PRIVILEGE…]:database` or `…:schema:<schema>`, `…:tables:<schema>`, `…:sequences:<schema>`; in the
 * characters that a tag's value may have (letters, digits, spaces and `_.:/=+-@`).
 */
export function parseGrants(words: readonly string[]): { grants: Grant[]; problems: string[] } {
  const grants: Grant[] = [];
  const problems: string[] = [];
  for (const word of words) {
    const result = parseGrant(word);
    if (typeof result === "string") problems.push(`${quote(word)}: ${result}`);
    else grants.push(result);
  }
  return { grants, problems };
}

function parseGrant(word: string): Grant | string {
  const [list = "", on = "", schema, ...rest] = word.split(":");
  if (!isKind(on)) return `expected PRIVILEGES:${Object.keys(PRIVILEGES).join("|")}[:SCHEMA]`;

  const allowed: readonly string[] = PRIVILEGES[on];
  const privileges = [...new Set(list.split("+"))];
  const unknown = privileges.filter((privilege) => !allowed.includes(privilege));
  if (unknown.length > 0) return `${on} takes ${allowed.join("+")}, not ${unknown.map(quote).join(", ")}`;

  if (on === "database") {
    return schema === undefined
      ? { on, privileges }
      : "database takes no name: it is the one the secret names as dbname";
  }
  if (schema === undefined || schema === "" || rest.length > 0) return `${on} takes exactly one schema`;
  if (Buffer.byteLength(schema) > 63) return "a schema name has at most 63 bytes";
  // MySQL's engine knows its own.
  if (/^pg_|^information_schema$/.test(schema)) return "a system schema cannot be granted";
  return { on, schema, privileges };
}

function isKind(text: string): text is Grant["on"] {
  return Object.hasOwn(PRIVILEGES, text);
}
