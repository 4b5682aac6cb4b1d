const POWERFUL_ROLE =
  /^(rds_.*|pg_(execute_server_program|(read|write)_server_files|signal_backend|maintain|create_subscription|monitor|read_all_settings|read_all_stats))$/;

/**
 * Whether a role of the system reaches beyond one user of one database, as those that read the statements of others do; of
 * `rds_iam`, members lose their password login
 * (PostgreSQL documentation, "Predefined Roles"; Amazon Aurora User Guide, "rds_superuser").
 */
export function isPowerfulRole(name: string): boolean {
  return POWERFUL_ROLE.test(name);
}
