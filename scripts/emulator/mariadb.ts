import {
  type Flavour,
  type LocalMySql,
  type LocalMySqlOptions,
  MASTER_PRIVILEGES,
  startMySqlFamily,
} from "./mysql-family";

const MARIADB: Flavour = {
  name: "MariaDB",
  packages: "Debian: apt-get install mariadb-server",
  server: "mariadbd",
  initialise: [
    "mariadb-install-db",
    ["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"],
  ],
  settings: ["--debug-no-sync", "--innodb-log-file-size=8M", "--aria-pagecache-buffer-size=8M"],
  withoutTls: "--skip-ssl",
  dropRoot: "DELETE FROM mysql.global_priv WHERE User = 'root'",
  grantMaster: (account) => [`GRANT ${MASTER_PRIVILEGES} ON *.* TO ${account} WITH GRANT OPTION`],
  reloadCertificate: "FLUSH SSL",
};

/** Of Debian's mariadb-server. */
export async function startMariaDb(options: LocalMySqlOptions): Promise<LocalMySql> {
  return await startMySqlFamily(MARIADB, options);
}
