/** Why a connection did not come about, for a message. */
export interface Cause {
  readonly problem: string;
  readonly remedy: string;
}

const UNTRUSTED: Cause = {
  problem: "presented a certificate that the CA bundle does not vouch for",
  remedy:
    "Name the authority's file as certificateAuthorityFile of the database, which sets DATABASE_CA_PEM of the function: " +
    "for RDS, AWS's bundle of the region. If it is named already, it is outdated, or this is not the database.",
};

export const UNREACHABLE: Cause = {
  problem: "cannot be reached",
  remedy:
    "Check that the cluster is available, that host and port are right, and that security groups let the port pass from " +
    "the function to the database (both groups need the rule). A cluster that pauses (minAcu 0) may be resuming: then the " +
    "next attempt succeeds.",
};

export const OTHER_CAUSE: Cause = {
  problem: "did not let the connection come about",
  remedy: "Look at the database's log for the same time. The password may well be right.",
};

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
 * Whether an error is of the network or of TLS, by its code, or has one of the codes or messages that a library is known
 * to have for what a server did. All else is a fault of this function, and nobody may be sent to the database's log
 * for it.
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
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
};
