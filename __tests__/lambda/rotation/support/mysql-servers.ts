import type { DatabaseEngine } from "../../../../lambda/rotation/engines/engine";
import { mariadb, mysql } from "../../../../lambda/rotation/engines/mysql/engine";
import type { EngineOptions } from "../../../../lambda/rotation/engines/sql-connection";
import {
  findMariaDb,
  findMySqlServers,
  MARIADB_HINT,
  MYSQL_HINT,
} from "../../../../scripts/machine/mysql-binaries";
import { startMariaDb } from "../../../../testbed/mysql/mariadb";
import { startMySql } from "../../../../testbed/mysql/mysql";
import type { LocalMySql, LocalMySqlOptions } from "../../../../testbed/mysql/mysql-family";
import { skipBecause, skipOutsideCi } from "../../../support/needing";

/** A server that tests start, and the engine that secrets on it name. */
export interface ServerUnderTest {
  readonly name: string;
  readonly isMariaDb: boolean;
  readonly engineName: "mariadb" | "mysql";
  engine(options: EngineOptions): DatabaseEngine;
  start(options: LocalMySqlOptions): Promise<LocalMySql>;
}

const mariaDb = findMariaDb();

const MARIADB: ServerUnderTest | undefined = mariaDb && {
  name: "MariaDB",
  isMariaDb: true,
  engineName: "mariadb",
  engine: mariadb,
  start: (options) => startMariaDb(mariaDb, options),
};

const MYSQLS: readonly ServerUnderTest[] = findMySqlServers().map((server) => ({
  name: server.name,
  isMariaDb: false,
  engineName: "mysql",
  engine: mysql,
  start: (options) => startMySql(server, options),
}));

export const SERVERS_AT_HAND: readonly ServerUnderTest[] = [...(MARIADB ? [MARIADB] : []), ...MYSQLS];

export function onEachServer(tests: (server: ServerUnderTest) => void): void {
  onMariaDb(tests);
  onEachMySql(tests);
}

export function onMariaDb(tests: (server: ServerUnderTest) => void): void {
  if (MARIADB) describe(MARIADB.name, () => tests(MARIADB));
  else skipOutsideCi(`MariaDB's tests cannot run, none is here: ${MARIADB_HINT}`);
}

export function onEachMySql(tests: (server: ServerUnderTest) => void): void {
  if (MYSQLS.length === 0) skipBecause(`MySQL's tests are skipped, none is here: ${MYSQL_HINT}`);
  for (const server of MYSQLS) describe(server.name, () => tests(server));
}
