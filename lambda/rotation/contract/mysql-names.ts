/** In characters (MySQL Reference Manual, "Account Names"). MariaDB takes longer ones, Aurora does not. */
export const LONGEST_USER_NAME = 32;

/** What a server keeps of itself, the accounts with their password hashes above all. */
export const SYSTEM_SCHEMAS: readonly string[] = ["mysql", "sys", "performance_schema", "information_schema"];
