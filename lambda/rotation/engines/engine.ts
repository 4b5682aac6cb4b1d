import type { Grant } from "../grants";

/** Where a database listens. */
export interface Server {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * A kind of database. `login` is the only way in: it checks the server's certificate, always.
 *
 * The database refusing this user with this password is an answer and comes back as `refused` (its code). Everything
 * else, unreachable, untrusted or overloaded, throws DatabaseUnavailableError: it says nothing about the password, so
 * trying another one would be wrong.
 */
export interface DatabaseEngine {
  /** The `engine` of a secret. */
  readonly names: readonly string[];
  readonly defaultPort: number;
  readonly defaultDatabase: string;
  /** What AWS's rotation function for this engine keeps out of passwords. */
  readonly excludedCharacters: string;
  /** Why the engine could not have, or would confuse, a user of this name. */
  userNameProblem(name: string): string | undefined;
  /** What an operator runs to hand an existing role over to the secret that `origin` names. */
  handOverCommand(role: string, origin: string): string;
  login(server: Server, credentials: Credentials): Promise<Login>;
}

export type Login = { readonly session: DatabaseSession } | { readonly refused: string };

/** A logged-in session. Each method is one intent, and one place for a test to fail or end the run. */
export interface DatabaseSession {
  readonly user: string;
  /** That the session can be used, not only opened. */
  ping(): Promise<void>;
  roleExists(role: string): Promise<boolean>;
  /** What `createRole` recorded about a role. */
  originOf(role: string): Promise<string | undefined>;
  /** Creates a user. Without a password it cannot log in with one. `origin` is recorded beside it. */
  createRole(role: string, options: { readonly password?: string; readonly origin: string }): Promise<void>;
  setPassword(role: string, password: string): Promise<void>;
  /** Whether `member` is in `role`, directly or through another role. */
  isMember(member: string, role: string): Promise<boolean>;
  grantMembership(role: string, member: string): Promise<void>;
  /** Makes a user whose password is a token of AWS IAM. */
  allowIamLogin(role: string): Promise<void>;
  hasIamLogin(role: string): Promise<boolean>;
  /** Grants what the session's user may grant; returns the objects that it may not. */
  grant(grant: Grant, role: string): Promise<readonly string[]>;
  /** Makes `work` happen entirely or not at all, and not at the same time as another such work on this database. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Runs `use` in the session and closes it, whatever happens. */
export async function withSession<T>(
  session: DatabaseSession,
  use: (session: DatabaseSession) => Promise<T>,
): Promise<T> {
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
