/** What a server keeps of itself, the accounts with their password hashes above all. */
const SYSTEM_SCHEMAS = ["mysql", "sys", "performance_schema", "information_schema"];

/**
 * In any case, which some servers do not tell apart. MariaDB takes a grant on a name with blanks at its end, and forgets
 * them when it reads its grants again.
 */
export function isSystemSchema(name: string): boolean {
  return SYSTEM_SCHEMAS.includes(name.trimEnd().toLowerCase());
}
