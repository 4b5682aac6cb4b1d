import { rdsAuthorities } from "../../../database-tls/contract/rds-authorities";
import { LONGEST_USER_NAME } from "../../contract/mysql-names";
import { createLog } from "../../ports/log";
import type { DatabaseEngine } from "../engine";
import { type Connect, type EngineOptions, loginBy } from "../sql-connection";
import { mysqlSession } from "./session";
import { literal } from "./sql";

/** MySQL 8 and later, Aurora MySQL 3. */
export function mysql(options: EngineOptions = {}): DatabaseEngine {
  // MySQL reference manual, "Account Names".
  return engine(["mysql", "aurora-mysql"], LONGEST_USER_NAME, options);
}

/**
 * MariaDB 10.4 and later. Which of the two a server is decides the server itself; the names and their length differ.
 */
export function mariadb(options: EngineOptions = {}): DatabaseEngine {
  // MariaDB documentation, "Identifier Names".
  return engine(["mariadb"], 80, options);
}

function engine(names: readonly string[], longest: number, options: EngineOptions): DatabaseEngine {
  const connect = options.connect ?? loadDriver(options);
  const log = options.log ?? createLog();
  return {
    names,
    defaultPort: 3306,
    defaultDatabase: "",
    excludedCharacters: "/@\"'\\",

    userNameProblem(name) {
      if ([...name].length > longest) return `user names have at most ${longest} characters`;
      if (/[\p{Cc}\p{Surrogate}]/u.test(name)) return "it has control characters or is not valid Unicode";
      if (/[\u{10000}-\u{10ffff}]/u.test(name))
        return "it has characters outside the Basic Multilingual Plane";
      // Names that the server takes for another user's.
      if (/^ | $/.test(name)) return "it begins or ends with a blank, which a server may cut off";
      if (/^'.*'$/.test(name)) return "it is in single quotes, which the server cuts off at a login";
      return undefined;
    },

    usersHaveOnePassword: false,
    resetCommand: (role) => `ALTER USER ${literal(role)}@'%' IDENTIFIED BY '...'`,

    login: loginBy(connect, (connection, credentials, { database }) =>
      mysqlSession(connection, credentials, database, log),
    ),
  };
}

/** Not while the module loads: most functions have secrets of one engine only, and cold starts are counted. */
function loadDriver({ certificateAuthorities, timeLeft }: EngineOptions): Connect {
  return async (server, credentials) => {
    const { connectWith } = await import("./connection");
    return await connectWith(certificateAuthorities ?? rdsAuthorities(), timeLeft)(server, credentials);
  };
}
