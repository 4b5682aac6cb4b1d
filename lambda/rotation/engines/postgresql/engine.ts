import { rdsAuthorities } from "../../../database-tls/contract/rds-authorities";
import { LONGEST_NAME } from "../../contract/postgresql-names";
import { createLog, type Log } from "../../ports/log";
import type { TimeLeft } from "../../support/time-left";
import type { DatabaseEngine } from "../engine";
import type { Connect } from "../sql-connection";
import { connectWith } from "./connection";
import { postgresqlSession } from "./session";
import { alterPassword } from "./sql";

export interface PostgresqlOptions {
  /** @default - the bundle of RDS, which also has the roots of RDS Proxy */
  readonly certificateAuthorities?: string | undefined;
  /** @default - no limit but the driver's own */
  readonly timeLeft?: TimeLeft;
  /** @default - node-postgres over verified TLS */
  readonly connect?: Connect;
  /** @default - the console */
  readonly log?: Log;
}

/** PostgreSQL 13 and later, on Aurora, RDS or elsewhere. */
export function postgresql(options: PostgresqlOptions = {}): DatabaseEngine {
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

    async login(server, credentials) {
      const connection = await connect(server, credentials);
      return "refused" in connection
        ? connection
        : {
            session: postgresqlSession(connection, credentials.username, log),
            certificateEnds: connection.certificateEnds,
          };
    },
  };
}
