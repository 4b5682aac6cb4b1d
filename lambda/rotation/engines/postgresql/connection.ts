import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError } from "pg";
import { DatabaseCommandError, UnexpectedError } from "../../support/errors";
import { quote } from "../../support/text";
import { type TimeLeft, timeFor, timeForLogin, UNLIMITED } from "../../support/time-left";
import { certificateEnds } from "../certificates";
import { phaseOf, timedOut, unanswered } from "../connection-causes";
import type { Credentials, Server } from "../engine";
import type { Connect, Row, SqlConnection } from "../sql-connection";
import { hasNoHbaEntry, isOfServer, noConnection, POOLER, whyNoConnection } from "./connection-errors";

/** The server gives up first: it then still answers, and says on what. */
const STATEMENT_TIMEOUT = 8_000;
const CLIENT_TIMEOUT = 10_000;
const CLOSE_TIMEOUT = 1_000;

const SESSION = [
  // Nobody's functions or operators but the system's, whoever may create objects in a schema (CVE-2018-1058).
  "-c search_path=pg_catalog",
  // A role or a database may be set to read only, for its applications' sake.
  "-c default_transaction_read_only=off",
  // A password that the secret holds must survive a crash of the server, whatever the database or a role asks for.
  "-c synchronous_commit=on",
  "-c lock_timeout=5000",
  `-c statement_timeout=${STATEMENT_TIMEOUT}`,
  // A function that stopped in the middle must not hold its locks until somebody notices.
  "-c idle_in_transaction_session_timeout=30000",
  // The user itself, where an alternating user works as its owner (see `twins.ts`).
  "-c role=none",
].join(" ");

/**
 * SQLSTATE class 28: the password is wrong, or there is no such role, or it may not log in (PostgreSQL, Appendix A).
 */
const REFUSED = new Set(["28P01", "28000"]);

/**
 * Connects as libpq does with `sslmode=verify-full`, or `disable` without TLS. node-postgres never falls back to
 * plaintext when `ssl` is set, and checks the certificate against the host it was given.
 */
export function connectWith(
  certificateAuthorities: string | readonly string[],
  timeLeft: TimeLeft = UNLIMITED,
): Connect {
  const connect = async (server: Server, credentials: Credentials, options: string): ReturnType<Connect> => {
    const login = `log in to ${quote(server.host)} as ${quote(credentials.username)}`;
    const connectionTimeoutMillis = timeForLogin(login, timeLeft);
    const client = new Client({
      host: server.host,
      port: server.port,
      database: server.database,
      user: credentials.username,
      password: credentials.password,
      ssl: server.tls && {
        ca: [certificateAuthorities].flat(),
        minVersion: "TLSv1.2",
        rejectUnauthorized: true,
      },
      connectionTimeoutMillis,
      application_name: "secret-rotation",
      options,
    });
    // A connection that breaks between two statements is reported by the next one; without a listener it would end
    // the process.
    client.on("error", () => undefined);
    const phase = phaseOf(client.connection.stream as Socket, server.host);
    let serverVersion = 0;
    client.connection.on(
      "parameterStatus",
      (parameter: { parameterName: string; parameterValue: string }) => {
        if (parameter.parameterName === "server_version")
          serverVersion = Number.parseInt(parameter.parameterValue, 10);
      },
    );
    try {
      await client.connect();
    } catch (error) {
      if (error instanceof DatabaseError && isRefusal(error, server)) return { refused: error.code ?? "" };
      const late = timedOut(phase(), connectionTimeoutMillis);
      throw whyNoConnection(error, server, credentials.username, late);
    }

    const query = async (intent: string, sql: string, values?: readonly unknown[]): Promise<Row[]> => {
      const statement = {
        text: sql,
        values: values as unknown[],
        query_timeout: timeFor(intent, CLIENT_TIMEOUT, timeLeft),
      };
      try {
        return (await client.query<Row>(statement)).rows;
      } catch (error) {
        // The server may be at work still; neither what it answers nor the wait for it must reach what follows.
        if (!(error instanceof DatabaseError)) hangUp(client);
        throw failedCommand(error, intent, server, credentials.username);
      }
    };

    /** Once, before the first statement: many logins only find out whether the password is right. */
    let settled: Promise<void> | undefined;
    let successor: SqlConnection | undefined;
    const settle = async (intent: string): Promise<void> => {
      try {
        const [settings] = await query(intent, settling(serverVersion));
        // A pooler may drop start-up options without a word.
        if (settings?.path !== "pg_catalog") throw noConnection(POOLER, server, credentials.username);
      } catch (error) {
        // So short that it ended the very transaction that lifts it. A server that has it takes it at the start, too.
        if ((error as { code?: unknown }).code !== TRANSACTION_TIMED_OUT || options !== SESSION) throw error;
        const again = await connect(server, credentials, `${SESSION} -c transaction_timeout=0`);
        if ("refused" in again) throw error;
        successor = again;
      }
    };

    return {
      async run(intent, sql, values) {
        settled ??= settle(intent);
        await settled;
        return await (successor?.run(intent, sql, values) ?? query(intent, sql, values));
      },
      certificateEnds: () => certificateEnds(client.connection.stream as Socket),
      async close() {
        await successor?.close();
        // The work is done or has failed already; how the goodbye goes changes neither.
        const goodbye = client.end().catch(() => undefined);
        await Promise.race([goodbye, sleep(CLOSE_TIMEOUT, undefined, { ref: false })]);
        hangUp(client);
      },
    };
  };
  return (server, credentials) => connect(server, credentials, SESSION);
}

const TRANSACTION_TIMED_OUT = "25P04";

/**
 * Time-outs of a whole transaction, and of a session between two, by the version that an older server lacks them in.
 */
const TIMEOUTS = [
  [14, "idle_session_timeout"],
  [17, "transaction_timeout"],
] as const;

/** Lifts them here: a session that begins with a setting which the server does not know is refused. */
function settling(serverVersion: number): string {
  const lifted = TIMEOUTS.filter(([since]) => serverVersion >= since).map(
    ([, name]) => `, set_config('${name}', '0', false)`,
  );
  return `SELECT current_setting('search_path') AS path${lifted.join("")}`;
}

function isRefusal(error: DatabaseError, server: Server): boolean {
  if (!REFUSED.has(error.code ?? "")) return false;
  // Without TLS, 28000 is what pg_hba.conf says of everybody (as with `rds.force_ssl`), whatever the password.
  return error.code !== "28000" || (server.tls && !hasNoHbaEntry(error));
}

function hangUp(client: Client): void {
  client.connection.stream.destroy();
}

function failedCommand(error: unknown, intent: string, server: Server, username: string): Error {
  if (!isOfServer(error)) return UnexpectedError.from(error);
  const where = `${intent} on ${quote(server.host)} as ${quote(username)}`;
  if (!(error instanceof DatabaseError)) {
    return unanswered(where, (error as Error).message === "Query read timeout");
  }
  return new DatabaseCommandError({
    problem: `The database refused to ${where}: ${quote(withoutVerifier(error.message))}`,
    code: error.code ?? "unknown",
    remedy: REMEDIES[error.code ?? ""] ?? "Look the code up in PostgreSQL's Appendix A.",
  });
}

/** Statements hold no password, but a verifier; a syntax error would show the text around it. */
function withoutVerifier(message: string): string {
  return message.replace(/SCRAM-SHA-256\S*/g, "SCRAM-SHA-256...");
}

const REMEDIES: Readonly<Record<string, string>> = {
  "25006": "This host only reads. Name the cluster's writer endpoint in the secret.",
  "3F000": "Create the schema, or correct the tag rotation:grants.",
  "42501": "The user lacks a privilege for this.",
  "42704": "Create what is missing, or correct the tags rotation:group-roles and rotation:grants.",
  "55P03": "Another session holds a lock for too long; pg_locks and pg_stat_activity show which.",
  "57014": "The statement took longer than 8 s; pg_stat_activity shows what it waits for.",
};
