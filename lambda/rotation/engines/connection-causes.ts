/** Why a connection did not come about, for a message. */
export interface Cause {
  readonly problem: string;
  readonly remedy: string;
}

const UNTRUSTED: Cause = {
  problem: "presented a certificate that the CA bundle does not vouch for",
  remedy:
    "If the database is not RDS's, set DATABASE_CA_PEM of the rotation function to its CA. If it is, the bundle in the " +
    "function is outdated, or this is not the database.",
};

export const UNREACHABLE: Cause = {
  problem: "cannot be reached",
  remedy:
    "Check that the cluster is available, that host and port are right, and that security groups let the port pass from " +
    "the function to the database (both groups need the rule).",
};

export const OTHER_CAUSE: Cause = {
  problem: "did not let the connection come about",
  remedy: "Look at the database's log for the same time. The password may well be right.",
};

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
