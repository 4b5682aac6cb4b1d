import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findOnPath } from "./executables";

export const MARIADB_HINT =
  "install MariaDB's server (Debian: apt-get install mariadb-server) so that `mariadbd`, which is in " +
  "/usr/sbin there, and `mariadb-install-db` are on PATH";

export const MYSQL_HINT = "run .ci/mysql (Debian, Ubuntu), or name a mysqld of MySQL 8 or later in MYSQLD";

export interface MariaDbPrograms {
  readonly server: string;
  /** Makes the folder of a new server's data. */
  readonly initialise: string;
}

/** MariaDB's programs on PATH; undefined where one is missing: MARIADB_HINT says what to do. */
export function findMariaDb(path = process.env.PATH): MariaDbPrograms | undefined {
  const server = findOnPath("mariadbd", path);
  const initialise = findOnPath("mariadb-install-db", path);
  return server && initialise ? { server, initialise } : undefined;
}

/** Where `.ci/mysql` puts servers, one in each folder. */
const CACHE = join(__dirname, "..", "..", ".cache", "mysql");

/** A `mysqld` to start, under the name of its origin. */
export interface MySqlServer {
  readonly name: string;
  readonly program: string;
}

/** The one that MYSQLD names, or else those in the cache; where there is none, MYSQL_HINT says what to do. */
export function findMySqlServers(named = process.env.MYSQLD, cache = CACHE): readonly MySqlServer[] {
  if (named) return [{ name: named, program: named }];
  return (existsSync(cache) ? readdirSync(cache).sort() : [])
    .map((name) => ({ name: `MySQL of ${name}`, program: join(cache, name, "mysqld") }))
    .filter(({ program }) => existsSync(program));
}
