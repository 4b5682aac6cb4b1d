import { type RotationError, UnexpectedError } from "../../support/errors";
import { quote } from "../../support/text";
import { CAUSE, type Cause, comesFromOutside, NETWORK_CAUSES, unavailable } from "../connection-causes";
import type { Server } from "../engine";

const KEEP_FEWER = "or have applications keep fewer connections. Waiting does not help while they stay open.";

/** By mysql2's own code, or the server's (MySQL reference manual, "Server Error Message Reference"). */
const CAUSES: Readonly<Record<string, Cause>> = {
  ...NETWORK_CAUSES,
  HANDSHAKE_NO_SSL_SUPPORT: CAUSE.withoutTls,
  AUTH_SWITCH_PLUGIN_ERROR: {
    problem: "wants this user to log in with a plugin that the function does not speak, such as ed25519",
    remedy:
      "Run as superuser: ALTER USER ... IDENTIFIED VIA mysql_native_password (MariaDB), or IDENTIFIED WITH " +
      "caching_sha2_password (MySQL), with the password that is in AWSCURRENT.",
  },
  ER_SECURE_TRANSPORT_REQUIRED: {
    problem: "takes connections with TLS only",
    remedy: 'Remove "ssl": false from the secret.',
  },
  ER_MUST_CHANGE_PASSWORD_LOGIN: {
    problem: "accepted the password, but it has expired",
    remedy:
      "Run as superuser: ALTER USER ... PASSWORD EXPIRE NEVER. Rotation is what replaces this password.",
  },
  ER_HOST_NOT_PRIVILEGED: {
    problem: "has no user at all for connections from the function's address",
    remedy: "Give the user a host part that covers the function's subnets, for instance '10.%'.",
  },
  ER_HOST_IS_BLOCKED: { problem: "blocks the function's address", remedy: "Run FLUSH HOSTS as superuser." },
  ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK: {
    problem: "blocks this user after failed logins (FAILED_LOGIN_ATTEMPTS)",
    remedy:
      "Run as superuser: ALTER USER ... ACCOUNT UNLOCK. A rotation itself tries a password that is not set " +
      "yet once, so FAILED_LOGIN_ATTEMPTS must be 2 or more.",
  },
  ER_CON_COUNT_ERROR: CAUSE.full,
  ER_TOO_MANY_USER_CONNECTIONS: {
    problem: "has as many connections of this user as max_user_connections lets it have",
    remedy: `Raise max_user_connections of the server by two or more, ${KEEP_FEWER}`,
  },
  ER_USER_LIMIT_REACHED: {
    problem: "has reached a limit of this user's account (MAX_USER_CONNECTIONS, or one for an hour)",
    remedy:
      "Run as superuser: ALTER USER ... WITH MAX_USER_CONNECTIONS (SHOW CREATE USER shows the limits), with " +
      `two or more for a rotation; ${KEEP_FEWER}`,
  },
  PROTOCOL_CONNECTION_LOST: CAUSE.closed,
  ER_SERVER_SHUTDOWN: CAUSE.busy,
};

/** mysql2 puts a code of its own in the place of Node's; OpenSSL's words remain (`X509_verify_cert_error_string`). */
const CODES_BY_WORDS: readonly (readonly [RegExp, string])[] = [
  [/altnames/, "ERR_TLS_CERT_ALTNAME_INVALID"],
  [/has expired/, "CERT_HAS_EXPIRED"],
  [/self-signed certificate in certificate chain/, "SELF_SIGNED_CERT_IN_CHAIN"],
  [/self-signed certificate/, "DEPTH_ZERO_SELF_SIGNED_CERT"],
  [/unable to verify the first certificate/, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  [/unable to get local issuer/, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"],
  [/unable to get issuer/, "UNABLE_TO_GET_ISSUER_CERT"],
  [/alert protocol version|unsupported protocol|wrong version number/, "EPROTO"],
  [/certificate signature failure/, "CERT_SIGNATURE_FAILURE"],
];

/**
 * Whether the server, or the way to it, is the cause. mysql2 gives that a code, but for a connection that is closed and
 * for a server's errno that it does not know; what a server sent has an SQLSTATE (mysql2, lib/packets/packet.js).
 */
export function isOfServer(error: unknown): boolean {
  return (
    typeof Object(error).sqlState === "string" ||
    comesFromOutside(error, {
      codes: /^(AUTH_SWITCH|HANDSHAKE|PROTOCOL)_|^(MYSQL_CLEAR_PASSWORD_NOT_ENABLED|HY\w{3}|WARN_\w+)$/,
      messages: /^Can't (add new command when connection is|write) in closed state$/,
    })
  );
}

function codeOf(error: unknown): string | undefined {
  const { code, errno, message } = error as { code?: unknown; errno?: number; message?: unknown };
  if (code === "HANDSHAKE_SSL_ERROR") {
    const known = CODES_BY_WORDS.find(([words]) => words.test(String(message)));
    if (known !== undefined) return known[1];
  }
  return typeof code === "string" ? code : errno?.toString();
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
  const code = codeOf(error);
  const known = code === "ETIMEDOUT" ? late : CAUSES[code ?? ""];
  return unavailable(known ?? CAUSE.other, server, `user ${quote(username)}`, code);
}
