import type { DatabaseEngine } from "../../../../lambda/rotation/engines/engine";
import { type MysqlOptions, mariadb, mysql } from "../../../../lambda/rotation/engines/mysql/engine";
import { startMariaDb } from "../../../../scripts/emulator/mariadb";
import { findMySqlServers, HOW_TO_GET_MYSQL, startMySql } from "../../../../scripts/emulator/mysql";
import type { LocalMySql, LocalMySqlOptions } from "../../../../scripts/emulator/mysql-family";
import { skipBecause } from "../../../support/needing";

/** A server that tests start, and the engine that secrets on it name. */
export interface ServerUnderTest {
  readonly name: string;
  readonly isMariaDb: boolean;
  readonly engineName: "mariadb" | "mysql";
  engine(options: MysqlOptions): DatabaseEngine;
  start(options: LocalMySqlOptions): Promise<LocalMySql>;
}

export const MARIADB: ServerUnderTest = {
  name: "MariaDB",
  isMariaDb: true,
  engineName: "mariadb",
  engine: mariadb,
  start: startMariaDb,
};

const MYSQLS: readonly ServerUnderTest[] = findMySqlServers().map((server) => ({
  name: server.name,
  isMariaDb: false,
  engineName: "mysql",
  engine: mysql,
  start: (options) => startMySql(server, options),
}));

export function onEachServer(tests: (server: ServerUnderTest) => void): void {
  describe(MARIADB.name, () => tests(MARIADB));
  onEachMySql(tests);
}

export function onEachMySql(tests: (server: ServerUnderTest) => void): void {
  if (MYSQLS.length === 0) skipBecause(`MySQL's tests are skipped, none is here: ${HOW_TO_GET_MYSQL}`);
  for (const server of MYSQLS) describe(server.name, () => tests(server));
}
