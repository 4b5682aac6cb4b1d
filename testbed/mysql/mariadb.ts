import { MARIADB_HINT, type MariaDbPrograms } from "../../scripts/machine/mysql-binaries";
import {
  type Flavour,
  type LocalMySql,
  type LocalMySqlOptions,
  MASTER_PRIVILEGES,
  startMySqlFamily,
} from "./mysql-family";

const INITIALISE = [
  "--no-defaults",
  "--auth-root-authentication-method=normal",
  "--skip-test-db",
  "--skip-name-resolve",
];

const MARIADB: Omit<Flavour, "server" | "initialise"> = {
  name: "MariaDB",
  packages: MARIADB_HINT,
  settings: ["--debug-no-sync", "--innodb-log-file-size=8M", "--aria-pagecache-buffer-size=8M"],
  withoutTls: "--skip-ssl",
  dropRoot: "DELETE FROM mysql.global_priv WHERE User = 'root'",
  grantMaster: (account) => [`GRANT ${MASTER_PRIVILEGES} ON *.* TO ${account} WITH GRANT OPTION`],
  reloadCertificate: "FLUSH SSL",
};

export async function startMariaDb(
  { server, initialise }: MariaDbPrograms,
  options: LocalMySqlOptions,
): Promise<LocalMySql> {
  return await startMySqlFamily({ ...MARIADB, server, initialise: [initialise, INITIALISE] }, options);
}
