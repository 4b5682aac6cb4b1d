import { DatabaseError } from "pg";
import { DatabaseUnavailableError, type RotationError, UnexpectedError } from "../../support/errors";
import { quote } from "../../support/text";
import { type Cause, comesFromOutside, NETWORK_CAUSES, OTHER_CAUSE, UNREACHABLE } from "../connection-causes";
import type { Server } from "../engine";

const BUSY: Cause = {
  problem: "does not take connections now",
  remedy: "It is starting, stopping, failing over or full. Secrets Manager calls the step again.",
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
  "53300": BUSY,
  "57P01": BUSY,
  "57P03": BUSY,
};

/** node-postgres has no codes for its own errors. */
const CAUSES_BY_MESSAGE: Readonly<Record<string, Cause>> = {
  "The server does not support SSL connections": {
    problem: "does not speak TLS",
    remedy: "Turn TLS on in the server; a password is never sent without it.",
  },
  "timeout expired": UNREACHABLE,
};

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

/** Keeps code and cause of a failed connection, never its message: that may come from whoever answered. */
export function whyNoConnection(error: unknown, server: Server, username: string): RotationError {
  if (!isOfServer(error)) return UnexpectedError.from(error);
  const { code, message } = error as { code?: unknown; message?: unknown };
  const known =
    (typeof code === "string" ? CAUSES[code] : undefined) ??
    (typeof message === "string" && !(error instanceof DatabaseError)
      ? CAUSES_BY_MESSAGE[message]
      : undefined);
  const { problem, remedy } = known ?? OTHER_CAUSE;
  const where = `${quote(server.host)} port ${server.port} (database ${quote(server.database)}, user ${quote(username)})`;
  return new DatabaseUnavailableError({
    problem: `The server on ${where} ${problem}`,
    ...(typeof code === "string" && { code }),
    remedy,
  });
}
