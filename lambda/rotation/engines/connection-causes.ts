import { isIP, type Socket } from "node:net";
import { DatabaseUnavailableError, type RotationError } from "../support/errors";
import { quote } from "../support/text";
import type { Server } from "./engine";

/** Why a connection did not come about, for a message. */
export interface Cause {
  readonly problem: string;
  readonly remedy: string;
}

const UNTRUSTED: Cause = {
  problem: "presented a certificate that the CA bundle does not vouch for",
  remedy:
    "Name the authority's file as certificateAuthorityFile of the database, which sets DATABASE_CA_PEM of " +
    "the function: for RDS, AWS's bundle of the region. If it is named already, it is outdated, or this is not the " +
    "database.",
};

const CHECK_THE_WAY =
  "Check that the cluster is available, that host and port are right, and that security groups let the port " +
  "pass from the function to the database (both groups need the rule). A cluster that pauses (minAcu 0) may be " +
  "resuming: then the next attempt succeeds.";

const UNREACHABLE: Cause = { problem: "cannot be reached", remedy: CHECK_THE_WAY };

const NO_TLS_IN_COMMON: Cause = {
  problem: "and the function have no version of TLS in common",
  remedy:
    "Have the server accept TLS 1.2 or newer (MySQL: tls_version; PostgreSQL: ssl_max_protocol_version), or " +
    "correct host and port in the secret if what listens there does not speak TLS.",
};

/** What a server of any kind may do. */
export const CAUSE = {
  closed: {
    problem: "closed the connection before the login was done",
    remedy:
      "It is restarting or failing over, or what listens there is a balancer without a target, or not this kind of " +
      "database. If it recurs, check host and port in the secret and the database's log.",
  },
  withoutTls: {
    problem: "does not speak TLS",
    remedy: "Turn TLS on in the server; a password is never sent without it.",
  },
  full: {
    problem: "has no connection left: max_connections is reached",
    remedy:
      "Have applications keep fewer connections, or raise max_connections. If a peak was the cause, a later attempt " +
      "succeeds.",
  },
  busy: {
    problem: "does not take connections now",
    remedy: "It is starting, stopping or failing over. A later attempt succeeds.",
  },
  other: {
    problem: "did not let the connection come about",
    remedy: "Look at the database's log for the same time. The password may well be right.",
  },
} as const satisfies Readonly<Record<string, Cause>>;

/** How far a connection has come: it looks up the name, then waits for the host, then logs in. */
export type Phase = "name" | "host" | "login";

/** Call it before the socket connects. A host that is an address needs no look-up. */
export function phaseOf(socket: Socket, host: string): () => Phase {
  let phase: Phase = isIP(host) === 0 ? "name" : "host";
  socket.once("lookup", () => {
    phase = "host";
  });
  socket.once("connect", () => {
    phase = "login";
  });
  return () => phase;
}

/** A time-out, by where the time went. */
export function timedOut(phase: Phase, milliseconds: number): Cause {
  const time = `${Math.round(milliseconds / 100) / 10} s`;
  if (phase === "name") {
    return {
      problem: `cannot be reached: no name server answered within ${time} for the host's name`,
      remedy:
        "Check the name servers that the VPC gives the function (DHCP options, Route 53 Resolver rules): the " +
        "wait was for them, not for the database.",
    };
  }
  if (phase === "host") {
    return { problem: `cannot be reached: the host did not answer within ${time}`, remedy: CHECK_THE_WAY };
  }
  return {
    problem: `cannot be reached: it took the connection, and the login was not done within ${time}`,
    remedy:
      "The server is overloaded, hung or resuming from a pause, or what listens there is not the database. A " +
      "later attempt may succeed.",
  };
}

/** @param login as whom, and in which database where that matters. */
export function unavailable(cause: Cause, server: Server, login: string, code: unknown): RotationError {
  return new DatabaseUnavailableError({
    problem: `The server on ${quote(server.host)} port ${server.port} (${login}) ${cause.problem}`,
    ...(typeof code === "string" && { code }),
    remedy: cause.remedy,
  });
}

/** For a statement without an answer, and perhaps without an end. */
export function unanswered(statement: string, isLate: boolean): RotationError {
  return new DatabaseUnavailableError({
    problem: `The ${isLate ? "time was up" : "connection broke"} while trying to ${statement}`,
    remedy:
      "Secrets Manager calls the step again; it is safe to repeat. If it recurs, look at the database's log.",
  });
}

/** Errors of JavaScript itself: what throws them is wrong, whoever it was written by, and not what it talked to. */
const OF_CODE = /^(Assertion|Eval|Range|Reference|Syntax|Type|URI)Error$/;

const CODES: readonly RegExp[] = [
  // Of the operating system and the name service; ER_ are a MySQL server's.
  /^E(?!RR_)[A-Z\d_]+$/,
  /^ERR_(SOCKET|SSL|STREAM|TLS)_/,
  /^(CERT|CRL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)_/,
  /^(HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|OUT_OF_MEM|PATH_LENGTH_EXCEEDED)$/,
];

/**
 * Whether an error is of the network or of TLS, by its code, or has one of the codes or messages that a library is
 * known to have for what a server did. All else is a fault of this function, and nobody may be sent to the database's
 * log for it.
 */
export function comesFromOutside(
  error: unknown,
  library: { readonly codes?: RegExp; readonly messages?: RegExp },
): boolean {
  const { name, code, message } = Object(error) as { name?: unknown; code?: unknown; message?: unknown };
  if (OF_CODE.test(String(name))) return false;
  if (code === undefined) return library.messages?.test(String(message)) ?? false;
  return [...CODES, ...(library.codes ? [library.codes] : [])].some((known) => known.test(String(code)));
}

/** By Node's error code (doc/api/tls.md, "X509 certificate error codes"; doc/api/errors.md). */
export const NETWORK_CAUSES: Readonly<Record<string, Cause>> = {
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
  ENOTFOUND: {
    problem: "cannot be reached: no name server knows the host's name",
    remedy: "Correct the host in the secret, or have the VPC's name servers know it.",
  },
  EAI_AGAIN: {
    problem: "cannot be reached: no name server answered for the host's name",
    remedy: "Check the name servers that the VPC gives the function (DHCP options, Route 53 Resolver rules).",
  },
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: { problem: "cannot be reached: the host did not answer in time", remedy: CHECK_THE_WAY },
  ECONNRESET: CAUSE.closed,
  EPIPE: CAUSE.closed,
  EPROTO: NO_TLS_IN_COMMON,
  ERR_SSL_UNSUPPORTED_PROTOCOL: NO_TLS_IN_COMMON,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: NO_TLS_IN_COMMON,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS_IN_COMMON,
};
