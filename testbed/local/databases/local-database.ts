import type { CertificateAuthority } from "../../../scripts/support/certificates";
import type { Credentials } from "../credentials";

/** A server on 127.0.0.1 in the place of an Aurora cluster, whatever its engine. */
export interface LocalDatabase {
  /** Of the environment's `databases`. */
  readonly name: string;
  readonly product: string;
  /** What secrets call its engine. */
  readonly engine: string;
  readonly port: number;
  readonly databaseName: string;
  /** Like RDS's: it makes users and is no true superuser. */
  readonly superuser: { readonly username: string; readonly password: string };
  /** Everything the server logged. @default - it logs no statements */
  logged?(): Promise<string>;
  /** Returns once new connections get a certificate for this host. */
  serveCertificateFor(host: string): Promise<void>;
  /** Makes the user where there is none. The password does not get into the server's log. */
  setPassword(username: string, password: string): Promise<void>;
  /**
   * Logs in over verified TLS under the credentials' host name. False: the server refused the password.
   *
   * @throws Error if the login fails in any other way.
   */
  logsIn(credentials: Credentials): Promise<boolean>;
  stop(): Promise<void>;
}

export interface LocalDatabaseOptions {
  /** Of the environment's `databases`. */
  readonly name: string;
  /** An existing folder for the server alone. */
  readonly directory: string;
  readonly certificateAuthority: CertificateAuthority;
  readonly databaseName: string;
  readonly superuserName: string;
}

/** A database product that plays Aurora here. */
export interface DatabaseProduct {
  readonly name: string;
  /** What to do where this machine has none; undefined where it has one. */
  howToInstall(): string | undefined;
  start(options: LocalDatabaseOptions): Promise<LocalDatabase>;
}
