/** What a server keeps of one user, or of one of its accounts: everything that only its owner may have changed. */
export interface Kept {
  readonly user: string;
  /** Where users have an account for each. */
  readonly host: string | undefined;
  /** Password, attributes, grants, memberships, settings and comment, as text. */
  readonly state: string;
  /** The origins of secrets that are recorded beside it, in the server's own form. */
  readonly marks: readonly string[];
  accepts(password: string): Promise<boolean>;
}

export type Snapshot = readonly Kept[];

/** How somebody made a user by hand. */
export interface HandMade {
  readonly name: string;
  readonly password: string;
  readonly hosts: readonly string[];
  readonly grants: "none" | "some" | "more";
  /** A name of PostgreSQL that stands for privileges, and does not log in. */
  readonly isGroup: boolean;
}

/** What the property needs of a database. Written anew here, so that no mistake of the function is in it, too. */
export interface TakeoverTarget {
  readonly name: string;
  readonly superuserArn: string;
  /** What `marks` has for a secret. */
  markOf(secretArn: string): string;
  connection(username: string): Record<string, unknown>;
  make(user: HandMade): Promise<void>;
  /** A membership that somebody gives by hand, or that a user gives by itself. */
  relate(
    member: string,
    group: string,
    how: "by the superuser" | "with ADMIN OPTION" | "by itself" | "by a third role",
  ): Promise<void>;
  /** The statements of AWS's alternating-users function, after it has logged in as `current`. */
  setAsAws(current: string, pending: string, password: string): Promise<void>;
  setPassword(user: string, password: string): Promise<void>;
  snapshot(users: readonly string[]): Promise<Snapshot>;
  /** Of the accounts of one user that are there, the one that a login from here is for. */
  opened(accounts: Snapshot): Kept | undefined;
  /** Whether the database shows, or this proof, that AWS's function may have made them a pair. */
  isPair(snapshot: Snapshot, one: Kept, other: Kept, previous: Kept | undefined): boolean;
  drop(users: readonly string[]): Promise<void>;
}
