import type { Grant } from "../contract/grants";
import type { CertificateEnds } from "./certificates";

/** Where a database listens. */
export interface Server {
  readonly host: string;
  readonly port: number;
  /** Empty where the secret names none and the engine needs none. */
  readonly database: string;
  /** Off only for a host that the environment lists by name (`assertTls`). */
  readonly tls: boolean;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * A kind of database. `login` is the only way in: it checks the server's certificate, unless `tls` is off, and never
 * tries without TLS by itself.
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
  /** Elsewhere a user that changes its own password may have others that stay, which only a superuser sees. */
  readonly usersHaveOnePassword: boolean;
  /** What an operator runs to set a password, with a placeholder for it. */
  resetCommand(role: string): string;
  login(server: Server, credentials: Credentials): Promise<Login>;
}

export type Login =
  | {
      readonly session: DatabaseSession;
      /** Of the server, while the session is open. @default - it has no TLS */
      readonly certificateEnds?: () => CertificateEnds | undefined;
    }
  | { readonly refused: string };

/** Two users that take turns. */
export interface Pair {
  /** AWSCURRENT's. */
  readonly user: string;
  readonly alternate: string;
  /** What is recorded beside users of this secret (`originOf`). */
  readonly origin: string;
}

/** What the passwords of a secret open. It shows whose users are that have nothing recorded beside them. */
export interface Opened {
  /** As whom AWSCURRENT logged in (`loggedInAs`). @default - nobody */
  readonly byCurrent?: string;
  /**
   * As whom AWSPREVIOUS logs in, if it is the alternate's; tried only where the database shows too little. @default -
   * nobody
   */
  readonly byPrevious?: () => Promise<{ readonly loggedInAs: string } | { readonly failed: string }>;
}

/** Users whose passwords a secret may not set. */
export interface ForeignUsers {
  /** For a message. */
  readonly description: string;
  /** What was looked at in vain. */
  readonly tried: readonly string[];
  /** What an operator runs as superuser to hand them over to the secret. */
  readonly handOverCommand: string;
}

/**
 * What became of the old password.
 *
 * - `retained`: it stays valid until the next change.
 * - `retained, a foreign one ended`: the same, and a newer password that somebody else had set does not log in any
 *   more.
 */
export type PasswordChange = "replaced" | "retained" | "retained, a foreign one ended";

export interface Alignment {
  /** The alternate had to be made. */
  readonly created: boolean;
  /** The role that privileges are granted to, for both to have them. */
  readonly grantee: string;
  /** Names of the user's settings that the session may not give to the alternate. */
  readonly lacking: readonly string[];
}

/** A logged-in session. Each method is one intent, and one place for a test to fail or end the run. */
export interface DatabaseSession {
  readonly user: string;
  /** That the session can be used, not only opened. */
  ping(): Promise<void>;
  /** Which of the user's logins this one is, in a text that another session of the same login also has. */
  loggedInAs(): Promise<string>;
  roleExists(role: string): Promise<boolean>;
  /** As superuser: refuses a user that could change only one of its passwords itself. */
  assertOnePassword(user: string): Promise<void>;
  /** Undefined if there is no such user, or all of it is recorded as of this origin. */
  findForeignUser(user: string, origin: string): Promise<ForeignUsers | undefined>;
  /**
   * Undefined if the secret may set the passwords of both. Beside users of its origin these are such as no other secret
   * has, and that it shows to be its own: AWSCURRENT opens the one, and the other is the twin that AWS's function made.
   */
  findForeignPair(pair: Pair, opened: Opened): Promise<ForeignUsers | undefined>;
  /**
   * Has the user exist and recorded as of this origin, also where its creation was cut off. A new one cannot log in
   * until it is given a password. It can change that, and may keep the old one beside it if the engine has such a
   * thing.
   *
   * @returns whether it had to be made.
   */
  provideUser(user: string, origin: string): Promise<boolean>;
  /** The same for a user whose password is a token of AWS IAM. */
  provideIamUser(user: string, origin: string): Promise<void>;
  /** Whether it logs in with IAM only. */
  hasIamLogin(user: string): Promise<boolean>;
  /**
   * Has the alternate exist, and the two be the same: what one may do, and what one makes, the other may do and use.
   * Both are recorded as of the origin. Runs in a transaction, after `findForeignPair`.
   */
  alignPair(pair: Pair): Promise<Alignment>;
  /**
   * As one of a pair, where objects have owners: gives those that only this user owns to the owner that both share.
   *
   * @returns how many objects changed hands.
   */
  shareObjects?(other: string): Promise<number>;
  setPassword(role: string, password: string): Promise<PasswordChange>;
  /** Refuses group roles and grants that tags must not ask for, before anything is made. */
  assertGrantable(groupRoles: readonly string[], grants: readonly Grant[]): Promise<void>;
  grantMembership(role: string, member: string): Promise<void>;
  /** Grants what the session's user may grant; returns the objects that it may not. */
  grant(grant: Grant, role: string): Promise<readonly string[]>;
  /**
   * Runs `work` while no other such work runs on this database, and, where the engine can, entirely or not at all.
   * MySQL cannot: so `work` must be one that can be repeated after it was cut off anywhere. No engine can keep other
   * users from taking the lock: if one of them holds it, `work` runs all the same after five seconds.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Whether the database lets them in, which is all that this login is for. */
export async function logsIn(
  { engine, server }: { readonly engine: DatabaseEngine; readonly server: Server },
  credentials: Credentials,
): Promise<boolean> {
  const login = await engine.login(server, credentials);
  if ("session" in login) await login.session.close();
  return "session" in login;
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
