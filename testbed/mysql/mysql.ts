import { MYSQL_HINT, type MySqlServer } from "../../scripts/machine/mysql-binaries";
import {
  type Flavour,
  type LocalMySql,
  type LocalMySqlOptions,
  MASTER_PRIVILEGES,
  startMySqlFamily,
} from "./mysql-family";

/**
 * What MySQL's master has beside MariaDB's, and, as all of it, by a role (Amazon Aurora User Guide, "Master user
 * account privileges", version 3); without SET_USER_ID, which MySQL 8.4 has no more.
 */
const MASTER_DYNAMIC_PRIVILEGES =
  "APPLICATION_PASSWORD_ADMIN, CONNECTION_ADMIN, ROLE_ADMIN, SHOW_ROUTINE, XA_RECOVER_ADMIN";
const MASTER_ROLE = "rds_superuser_role";

// The default is a folder that only an installed server has.
const NO_FILE_ACCESS = "--secure-file-priv=NULL";

/** A MySQL 8.0 or later. */
export async function startMySql(
  { name, program }: MySqlServer,
  options: LocalMySqlOptions,
): Promise<LocalMySql> {
  const initialise = [program, ["--no-defaults", "--initialize-insecure", NO_FILE_ACCESS]] as const;
  return await startMySqlFamily({ ...MYSQL, name, server: program, initialise }, options);
}

const MYSQL: Omit<Flavour, "name" | "server" | "initialise"> = {
  packages: MYSQL_HINT,
  settings: [NO_FILE_ACCESS, "--innodb-redo-log-capacity=8M", "--mysqlx=OFF"],
  withoutTls: "--tls-version=",
  dropRoot: "DROP USER root@localhost",
  grantMaster: (account) => [
    `CREATE ROLE ${MASTER_ROLE}`,
    `GRANT ${MASTER_PRIVILEGES}, CREATE ROLE, DROP ROLE ON *.* TO ${MASTER_ROLE} WITH GRANT OPTION`,
    `GRANT ${MASTER_DYNAMIC_PRIVILEGES} ON *.* TO ${MASTER_ROLE} WITH GRANT OPTION`,
    `GRANT ${MASTER_ROLE} TO ${account}`,
    `ALTER USER ${account} DEFAULT ROLE ALL`,
  ],
  // Also one that the server itself finds wrong, as tests want it.
  reloadCertificate: "ALTER INSTANCE RELOAD TLS NO ROLLBACK ON ERROR",
};
