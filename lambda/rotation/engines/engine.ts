import type { Grant } from "../contract/grants";

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
  /** A user is several accounts, one for each host, and each has a password of its own. */
  readonly hasAccountsByHost: boolean;
  /** `areTwins` is a proof. Elsewhere, two users that have nothing to do with each other may look like twins. */
  readonly showsTwins: boolean;
  /** What an operator runs to set a password, with a placeholder for it. */
  resetCommand(role: string): string;
  login(server: Server, credentials: Credentials): Promise<Login>;
}

export type Login = { readonly session: DatabaseSession } | { readonly refused: string };

export interface NewRole {
  /** Recorded beside the role. */
  readonly origin: string;
  /** Where logins come from, in engines whose users are bound to it: as this user's. @default - from anywhere */
  readonly like?: string;
  /** Who creates it is not to become a member of it, as happens from PostgreSQL 16 on. */
  readonly apart?: boolean;
  /** It will change its own password, and may keep the old one valid meanwhile if the engine can do that. */
  readonly changesOwnPassword?: boolean;
}

/**
 * What became of the old password.
 *
 * - `retained`: it stays valid until the next change.
 * - `retained, a foreign one ended`: the same, and the user had a newer password, which is none now.
 */
export type PasswordChange = "replaced" | "retained" | "retained, a foreign one ended";

export interface Alignment {
  /** The role that privileges are granted to, for both to have them. */
  readonly owner: string;
  /** Names of the user's settings that the session may not give to the twin. */
  readonly lacking: readonly string[];
}

/** A user that exists, or one of its accounts (`hasAccountsByHost`), that is not recorded as of an origin. */
export interface Stranger {
  readonly host?: string | undefined;
  /** It is recorded as of the origin of another secret. */
  readonly isAnothers: boolean;
}

/** A logged-in session. Each method is one intent, and one place for a test to fail or end the run. */
export interface DatabaseSession {
  readonly user: string;
  /** That the session can be used, not only opened. */
  ping(): Promise<void>;
  roleExists(role: string): Promise<boolean>;
  /** Those of the role's accounts (`hasAccountsByHost`); elsewhere none. */
  hostsOf(role: string): Promise<readonly string[]>;
  /** None if there is no such role, or all of its accounts have this origin beside them. */
  strangersOf(role: string, origin: string): Promise<readonly Stranger[]>;
  /** What an operator runs to hand them over to the secret that `origin` names. */
  handOverCommand(role: string, origin: string, strangers: readonly Stranger[]): Promise<string>;
  /** That of the account which this session has logged in to, if it is one of its user (`hasAccountsByHost`). */
  ownHost(): Promise<string | undefined>;
  /** Creates a user that cannot log in with a password until it is given one. */
  createRole(role: string, options: NewRole): Promise<void>;
  /** Has an existing role, with all of its accounts, recorded as of this origin, also where its creation was cut off. */
  completeRole(role: string, options: NewRole): Promise<void>;
  setPassword(role: string, password: string): Promise<PasswordChange>;
  /** Refuses group roles and grants that tags must not ask for, before anything is made. */
  assertMayGive(groupRoles: readonly string[], grants: readonly Grant[]): Promise<void>;
  grantMembership(role: string, member: string): Promise<void>;
  /** Whether two users are as AWS's function leaves a pair of alternating users. */
  areTwins(user: string, other: string): Promise<boolean>;
  /**
   * Lets an existing twin do what `user` may do and use what `user` makes, and the other way round. What it has to
   * make for that is recorded as of `origin`; accounts (`hasAccountsByHost`) that are not are left alone. Runs in a
   * transaction.
   */
  alignTwin(user: string, twin: string, origin: string): Promise<Alignment>;
  /**
   * As one of the twins: gives the objects that only this user owns to the owner that both share.
   *
   * @returns how many objects changed hands.
   */
  shareObjects(twin: string): Promise<number>;
  /** Makes a user whose password is a token of AWS IAM. */
  allowIamLogin(role: string): Promise<void>;
  /** Whether it logs in with IAM only, in each of its accounts. */
  hasIamLogin(role: string): Promise<boolean>;
  /** Grants what the session's user may grant; returns the objects that it may not. */
  grant(grant: Grant, role: string): Promise<readonly string[]>;
  /**
   * Runs `work` while no other such work runs on this database, and, where the engine can, entirely or not at all.
   * MySQL cannot: so `work` must be one that can be repeated after it was cut off anywhere. No engine can keep other users
   * from taking the lock: if one of them holds it, `work` runs all the same after five seconds.
   */
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
