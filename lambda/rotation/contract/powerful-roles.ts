const POWERFUL_ROLES = new Set([
  "pg_create_subscription",
  "pg_execute_server_program",
  "pg_maintain",
  "pg_monitor",
  "pg_read_all_settings",
  "pg_read_all_stats",
  "pg_read_server_files",
  "pg_signal_backend",
  "pg_write_server_files",
]);

/**
 * Whether a role of the system reaches beyond one user of one database, as those that read the statements of others do;
 * of `rds_iam`, members lose their password login (PostgreSQL documentation, "Predefined Roles"; Amazon Aurora User
 * Guide, "rds_superuser").
 */
export function isPowerfulRole(name: string): boolean {
  return name.startsWith("rds_") || POWERFUL_ROLES.has(name);
}
