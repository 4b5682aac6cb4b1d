/** In bytes (PostgreSQL documentation, "Identifiers"). */
export const LONGEST_NAME = 63;

/** Whether PostgreSQL keeps a schema of this name for itself. */
export function isSystemSchema(name: string): boolean {
  return /^pg_|^information_schema$/.test(name);
}
