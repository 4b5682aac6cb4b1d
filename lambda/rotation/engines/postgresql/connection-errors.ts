import { DatabaseError } from "pg";
import { type RotationError, UnexpectedError } from "../../support/errors";
import { quote } from "../../support/text";
import { CAUSE, type Cause, comesFromOutside, NETWORK_CAUSES, unavailable } from "../connection-causes";
import type { Server } from "../engine";

/** PgBouncer has this code for all that it says itself; a server has it for a client that it does not understand. */
const POOLER_REFUSED = "08P01";

export const POOLER: Cause = {
  problem: "is a connection pooler, such as PgBouncer or RDS Proxy, or no PostgreSQL",
  remedy:
    "It does not let a session have settings of its own, and its answer is not the database's. Name the " +
    "database's own host as host of the secret (Aurora: the cluster's writer endpoint); applications can keep to " +
    "the pooler, whose host another field of the secret may name.",
};

/** By the function of the server that refuses (`routine`), which no language changes. */
const CAUSES_OF_LIMITS: Readonly<Record<string, Cause>> = {
  InitializeSessionUserId: {
    problem: "has as many sessions of this user as the user's CONNECTION LIMIT lets it have",
    remedy:
      "Waiting does not help while they stay open. Run as superuser: ALTER ROLE ... CONNECTION LIMIT, with " +
      "at least two more for a rotation; or have applications keep fewer.",
  },
  CheckMyDatabase: {
    problem: "has as many sessions in this database as the database's CONNECTION LIMIT lets it have",
    remedy:
      "Waiting does not help while they stay open. Run as its owner: ALTER DATABASE ... CONNECTION LIMIT, " +
      "with at least two more for a rotation; or have applications keep fewer.",
  },
};

const NO_HBA_ENTRY: Cause = {
  problem: "has no entry in pg_hba.conf for this user, database and address of the function",
  remedy: "Add one (hostssl ... scram-sha-256) and reload; the password was not even looked at.",
};

/** By Node's error code or SQLSTATE. */
const CAUSES: Readonly<Record<string, Cause>> = {
  ...NETWORK_CAUSES,
  "28000": {
    problem: "does not let this user in without TLS",
    remedy: 'Remove "ssl": false from the secret.',
  },
  "3D000": {
    problem: "does not have the database",
    remedy: "Create the database, or correct dbname in the secret.",
  },
  "42501": {
    problem: "accepted the password, but does not let the user into the database",
    remedy: "Grant CONNECT on it, for instance with CONNECT:database in the tag rotation:grants.",
  },
  "0A000": POOLER,
  [POOLER_REFUSED]: POOLER,
  "53300": CAUSE.full,
  "57P01": CAUSE.busy,
  "57P03": CAUSE.busy,
};

/** node-postgres has no codes for its own errors. */
const CAUSES_BY_MESSAGE: Readonly<Record<string, Cause>> = {
  "The server does not support SSL connections": CAUSE.withoutTls,
  "Connection terminated unexpectedly": CAUSE.closed,
};

/** The server looked for a way to check the password, and has none. */
export function hasNoHbaEntry({ message }: DatabaseError): boolean {
  return message.startsWith("no pg_hba.conf entry");
}

/** Whether the server, or the way to it, is the cause: node-postgres has messages for what it says of them itself. */
export function isOfServer(error: unknown): boolean {
  return (
    error instanceof DatabaseError ||
    comesFromOutside(error, {
      messages: new RegExp(
        "^(Client (has encountered a connection error|was closed) and is not queryable|" +
          "Connection terminated( unexpectedly| due to connection timeout)?|Query read timeout|" +
          "Received unexpected \\w+ message from backend\\.|SASL( channel binding)?: .*|" +
          "The server does not support SSL connections|There was an error establishing an SSL connection|" +
          "timeout expired|Unknown authenticationOk message type \\d+)$",
        "s",
      ),
    })
  );
}

/**
 * Keeps code and cause of a failed connection, never its message: that may come from whoever answered.
 *
 * @param late what it is if the time for it was up.
 */
export function whyNoConnection(
  error: unknown,
  server: Server,
  username: string,
  late: Cause,
): RotationError {
  if (!isOfServer(error)) return UnexpectedError.from(error);
  const isLate = (error as { message?: unknown }).message === "timeout expired";
  const code = isLate ? "ETIMEDOUT" : (error as { code?: unknown }).code;
  return noConnection(isLate ? late : causeOf(error, code, server), server, username, code);
}

function causeOf(error: unknown, code: unknown, { tls }: Server): Cause {
  const byCode = typeof code === "string" ? CAUSES[code] : undefined;
  if (error instanceof DatabaseError) {
    if (code === "53300") return CAUSES_OF_LIMITS[error.routine ?? ""] ?? CAUSE.full;
    return (code === "28000" && tls && hasNoHbaEntry(error) ? NO_HBA_ENTRY : byCode) ?? CAUSE.other;
  }
  return byCode ?? CAUSES_BY_MESSAGE[String((error as { message?: unknown }).message)] ?? CAUSE.other;
}

export function noConnection(cause: Cause, server: Server, username: string, code?: unknown): RotationError {
  return unavailable(cause, server, `database ${quote(server.database)}, user ${quote(username)}`, code);
}
