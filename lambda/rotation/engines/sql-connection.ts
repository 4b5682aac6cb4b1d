import type { CertificateEnds } from "./certificates";
import type { Credentials, Server } from "./engine";

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
