import { DatabaseError } from "pg";
import { DatabaseUnavailableError } from "../../errors";
import { quote } from "../../text";
import type { Server } from "../engine";

interface Cause {
  readonly problem: string;
  readonly remedy: string;
}

const UNTRUSTED: Cause = {
  problem: "presented a certificate that the CA bundle does not vouch for",
  remedy:
    "If the database is not RDS's, set DATABASE_CA_PEM of the rotation function to its CA. If it is, the bundle in the " +
    "function is outdated, or this is not the database.",
};

const UNREACHABLE: Cause = {
  problem: "cannot be reached",
  remedy:
    "Check that the cluster is available, that host and port are right, and that security groups let the port pass from " +
    "the function to the database (both groups need the rule).",
};

const BUSY: Cause = {
  problem: "does not take connections now",
  remedy: "It is starting, stopping, failing over or full. Secrets Manager calls the step again.",
};

/** By Node's error code (doc/api/tls.md, "X509 certificate error codes"; doc/api/errors.md) or SQLSTATE. */
const CAUSES: Readonly<Record<string, Cause>> = {
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_HAS_EXPIRED: {
    problem: "presented a certificate that has expired",
    remedy: "Renew the server's certificate (RDS: modify-db-instance --ca-certificate-identifier).",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    problem: "presented a certificate for another host name",
    remedy:
      "Name the database's own endpoint in the secret. A CNAME, or an address, is not in its certificate.",
  },
  ECONNREFUSED: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
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

const OTHER: Cause = {
  problem: "did not let the connection come about",
  remedy: "Look at the database's log for the same time. The password may well be right.",
};

/** Keeps code and cause of a failed connection, never its message: that may come from whoever answered. */
export function whyNoConnection(error: unknown, server: Server, username: string): DatabaseUnavailableError {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const known =
    (typeof code === "string" ? CAUSES[code] : undefined) ??
    (typeof message === "string" && !(error instanceof DatabaseError)
      ? CAUSES_BY_MESSAGE[message]
      : undefined);
  const { problem, remedy } = known ?? OTHER;
  const where = `${quote(server.host)} port ${server.port} (database ${quote(server.database)}, user ${quote(username)})`;
  return new DatabaseUnavailableError({
    problem: `The server on ${where} ${problem}`,
    ...(typeof code === "string" && { code }),
    remedy,
  });
}
