import { isIP, type Socket } from "node:net";
import { type Connection, createConnection, type QueryError } from "mysql2";
import { DatabaseCommandError, UnexpectedError } from "../../support/errors";
import { quote } from "../../support/text";
import { type TimeLeft, timeFor, timeForLogin, UNLIMITED } from "../../support/time-left";
import { certificateEnds } from "../certificates";
import { type Phase, phaseOf, timedOut, unanswered } from "../connection-causes";
import type { Credentials, Server } from "../engine";
import type { Connect, Row } from "../sql-connection";
import { isOfServer, whyNoConnection } from "./connection-errors";

const STATEMENT_TIMEOUT = 10_000;

const SESSION = [
  // Quoting without backslashes is the same on every server (see `sql.ts`).
  "sql_mode = 'NO_BACKSLASH_ESCAPES'",
  // What SHOW GRANTS tells is taken apart by the quotes around names.
  "sql_quote_show_create = 1",
  "lock_wait_timeout = 5",
  // A function that stopped in the middle must not hold its locks until somebody notices.
  "wait_timeout = 30",
].join(", ");

/** Time-outs of statements, which a server or an account may have. The comments are for one kind of server each. */
const LIFTED = "/*M! , max_statement_time = 0 */ /*!50708 , max_execution_time = 0 */";

/** The password is wrong, or there is no such user, or it may not log in. */
const REFUSED = new Set([
  "ER_ACCESS_DENIED_ERROR",
  "ER_ACCESS_DENIED_NO_PASSWORD_ERROR",
  "ER_ACCOUNT_HAS_BEEN_LOCKED",
  // MariaDB's "Access denied, this account is locked" (4151), which mysql2 has under another name.
  4151,
]);

/**
 * Connects with verified TLS, or without TLS if the server has none: it never tries the other way after the first.
 * mysql2 checks the certificate against the host's name only if `verifyIdentity` says so, and not at all against an
 * address.
 *
 * No database is selected: accounts belong to none, and a user that has no privilege in `dbname` yet could not.
 */
export function connectWith(
  certificateAuthorities: string | readonly string[],
  timeLeft: TimeLeft = UNLIMITED,
): Connect {
  return async (server, credentials) => {
    const login = `log in to ${quote(server.host)} as ${quote(credentials.username)}`;
    const connectTimeout = timeForLogin(login, timeLeft);
    let phase: () => Phase = () => "login";
    try {
      const connection = await open(
        server,
        credentials,
        [certificateAuthorities].flat(),
        connectTimeout,
        (socket) => {
          phase = phaseOf(socket, server.host);
        },
      );
      return {
        run: async (intent, sql) => {
          const timeout = timeFor(intent, STATEMENT_TIMEOUT, timeLeft);
          return await run(connection, intent, { sql, timeout }, server, credentials.username);
        },
        certificateEnds: () => certificateEnds((connection as unknown as { stream: Socket }).stream),
        close: () => close(connection),
      };
    } catch (error) {
      const { code, errno } = error as { code?: string; errno?: number };
      if (REFUSED.has(code ?? "") || REFUSED.has(errno ?? 0)) return { refused: code ?? String(errno) };
      throw whyNoConnection(error, server, credentials.username, timedOut(phase(), connectTimeout));
    }
  };
}

async function open(
  server: Server,
  credentials: Credentials,
  ca: string[],
  connectTimeout: number,
  watch: (socket: Socket) => void,
): Promise<Connection> {
  if (server.tls && isIP(server.host) !== 0) throw { code: "ERR_TLS_CERT_ALTNAME_INVALID" };
  const connection = createConnection({
    host: server.host,
    port: server.port,
    user: credentials.username,
    password: credentials.password,
    ...(server.tls && {
      // A new object each time: mysql2 keeps TLS sessions by it, and a resumed session is not verified again.
      ssl: { ca, minVersion: "TLSv1.2", rejectUnauthorized: true, verifyIdentity: true },
    }),
    charset: "utf8mb4",
    connectTimeout,
    flags: ["-LOCAL_FILES"],
    // Rows are read by generated code otherwise.
    disableEval: true,
  });
  watch((connection as unknown as { stream: Socket }).stream);
  // A connection that breaks between two statements is reported by the next one; without a listener it would end the
  // process.
  connection.on("error", () => undefined);
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    await query(connection, { sql: `SET SESSION ${SESSION} ${LIFTED}`, timeout: connectTimeout });
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return connection;
}

/** `timeout` is in milliseconds. */
type Query = { readonly sql: string; readonly timeout: number };

function query(connection: Connection, options: Query): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    connection.query(options, (error, rows) =>
      error ? reject(error) : resolve(Array.isArray(rows) ? (rows as Row[]) : []),
    );
  });
}

async function run(
  connection: Connection,
  intent: string,
  options: Query,
  server: Server,
  username: string,
): Promise<readonly Row[]> {
  try {
    return await query(connection, options);
  } catch (error) {
    if (!isOfServer(error)) {
      connection.destroy();
      throw UnexpectedError.from(error);
    }
    const cause = await withCause(connection, error as QueryError, options);
    const { errno, fatal, message, code = String(errno) } = cause;
    const where = `${intent} on ${quote(server.host)} as ${quote(username)}`;
    if (fatal || errno === undefined || code.startsWith("PROTOCOL_")) {
      // The server may be at work still; what it answers must not reach the next statement.
      connection.destroy();
      throw unanswered(where, code === "PROTOCOL_SEQUENCE_TIMEOUT");
    }
    // Messages of syntax errors quote the statement.
    const explanation = code === "ER_PARSE_ERROR" ? "" : `: ${quote(message)}`;
    throw new DatabaseCommandError({
      problem: `The database refused to ${where}${explanation}`,
      code,
      remedy: remedyFor(code, message),
    });
  }
}

/** MariaDB says of a failed ALTER USER only that it failed, and keeps as a warning that an option was the cause. */
async function withCause(
  connection: Connection,
  error: QueryError,
  { timeout }: Query,
): Promise<Pick<QueryError, "code" | "errno" | "fatal" | "message">> {
  if (error.code !== "ER_CANNOT_USER") return error;
  const warnings = await query(connection, { sql: "SHOW WARNINGS", timeout }).catch(() => []);
  const cause = warnings.find(({ Code }) => Code === ER_OPTION_PREVENTS_STATEMENT);
  if (cause === undefined) return error;
  const { errno, fatal } = error;
  return { code: "ER_OPTION_PREVENTS_STATEMENT", errno, fatal, message: String(cause.Message) };
}

/** The work is done or has failed already; how the goodbye goes changes neither. */
async function close(connection: Connection): Promise<void> {
  await new Promise<void>((resolve) => {
    connection.end(() => resolve());
    setTimeout(resolve, 1_000).unref();
  });
  connection.destroy();
}

const ER_OPTION_PREVENTS_STATEMENT = 1290;

const READ_ONLY = "This host only reads. Name the cluster's writer endpoint in the secret.";
const PRIVILEGE = "The user lacks a privilege for this.";

const REMEDIES: Readonly<Record<string, string>> = {
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: READ_ONLY,
  ER_SPECIFIC_ACCESS_DENIED_ERROR: PRIVILEGE,
  ER_ACCESS_DENIED_ERROR: PRIVILEGE,
  ER_DBACCESS_DENIED_ERROR: PRIVILEGE,
  ER_TABLEACCESS_DENIED_ERROR: PRIVILEGE,
  ER_CANNOT_USER: "SHOW WARNINGS after the same statement says more.",
  ER_MUST_CHANGE_PASSWORD:
    "The password has expired. Rotate the secret; to have it never expire, run as superuser: ALTER USER ... PASSWORD " +
    "EXPIRE NEVER.",
  ER_NOT_VALID_PASSWORD:
    "The server's password policy refuses what the function makes: see PASSWORD_LENGTH and EXCLUDE_CHARACTERS.",
  ER_LOCK_WAIT_TIMEOUT: "Another session holds a lock for too long; SHOW PROCESSLIST shows which.",
};

/** Which option it is, only the message says. */
const REMEDIES_BY_OPTION: readonly (readonly [RegExp, string])[] = [
  [/--(super-)?read-only\b/, READ_ONLY],
  [
    /--strict-password-validation\b/,
    "With a password validation plugin, this option refuses password hashes, and the function sends MariaDB nothing " +
      "else, to keep passwords out of its log. Run as superuser: SET GLOBAL strict_password_validation = OFF; or set " +
      "it to 0 in the parameter group. The function's own settings decide how long and mixed passwords are.",
  ],
];

function remedyFor(code: string, message: string): string {
  const byOption = REMEDIES_BY_OPTION.find(
    ([option]) => code === "ER_OPTION_PREVENTS_STATEMENT" && option.test(message),
  );
  return byOption?.[1] ?? REMEDIES[code] ?? "Look the code up in the server's error reference.";
}
