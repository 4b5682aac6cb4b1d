import type { Log } from "../ports/log";
import type { TimeLeft } from "../support/time-left";
import type { CertificateEnds } from "./certificates";
import type { Credentials, DatabaseEngine, DatabaseSession, Server } from "./engine";

export type Row = Readonly<Record<string, unknown>>;

/** One connection, on the level of statements: the place where a test fails or ends a run at any of them. */
export interface SqlConnection {
  /** `intent` is what a message may say of the statement, whose text it must not show. */
  run(intent: string, sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** While it is open. @default - it has no TLS */
  certificateEnds?(): CertificateEnds | undefined;
  close(): Promise<void>;
}

export type Connect = (
  server: Server,
  credentials: Credentials,
) => Promise<SqlConnection | { refused: string }>;

export interface EngineOptions {
  /** @default - the bundle of RDS, which also has the roots of RDS Proxy */
  readonly certificateAuthorities?: string | undefined;
  /** @default - no limit but the driver's own */
  readonly timeLeft?: TimeLeft;
  /** @default - the engine's driver over verified TLS */
  readonly connect?: Connect;
  /** @default - the console */
  readonly log?: Log;
}

/** The login of an engine whose sessions run on one connection each. */
export function loginBy(
  connect: Connect,
  open: (connection: SqlConnection, credentials: Credentials, server: Server) => DatabaseSession,
): DatabaseEngine["login"] {
  return async (server, credentials) => {
    const connection = await connect(server, credentials);
    return "refused" in connection
      ? connection
      : {
          session: open(connection, credentials, server),
          certificateEnds: connection.certificateEnds,
        };
  };
}
