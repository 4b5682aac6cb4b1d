import { rdsAuthorities } from "../../../database-tls/contract/rds-authorities";
import { LONGEST_NAME } from "../../contract/postgresql-names";
import { createLog } from "../../ports/log";
import type { DatabaseEngine } from "../engine";
import { type EngineOptions, loginBy } from "../sql-connection";
import { connectWith } from "./connection";
import { postgresqlSession } from "./session";
import { alterPassword } from "./sql";

/** PostgreSQL 13 and later, on Aurora, RDS or elsewhere. */
export function postgresql(options: EngineOptions = {}): DatabaseEngine {
  const connect =
    options.connect ?? connectWith(options.certificateAuthorities ?? rdsAuthorities(), options.timeLeft);
  const log = options.log ?? createLog();
  return {
    names: ["postgres", "aurora-postgresql"],
    defaultPort: 5432,
    defaultDatabase: "postgres",
    excludedCharacters: ":/@\"'\\",

    userNameProblem(name) {
      if (Buffer.byteLength(name) > LONGEST_NAME)
        return `PostgreSQL's names have at most ${LONGEST_NAME} bytes`;
      if (/[\p{Cc}\p{Surrogate}]/u.test(name)) return "it has control characters or is not valid Unicode";
      return undefined;
    },

    usersHaveOnePassword: true,
    resetCommand: (role) => alterPassword(role, "..."),

    login: loginBy(connect, (connection, { username }) => postgresqlSession(connection, username, log)),
  };
}
