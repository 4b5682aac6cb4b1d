import type { Declaration } from "../contract/tags";
import type { Outcome, Rotation } from "../rotation";
import type { DatabaseSecret, SecretWithPassword } from "../secret/secret-value";

/** What setSecret knows when AWSPENDING does not log in yet. All guards have passed. */
export interface Change {
  readonly rotation: Rotation;
  readonly declared: Declaration;
  readonly current: DatabaseSecret;
  readonly pending: SecretWithPassword;
  /** When the version was last known to be AWSPENDING, by `rotation.now`. */
  readonly pendingAt: number;
}

export interface Strategy {
  /** Each of its rotations logs in as the superuser. */
  readonly needsSuperuser: boolean;
  /** Before the first rotation by this function of a secret that has a password: refuses one that would not do. */
  assertSuitable?(rotation: Rotation, current: DatabaseSecret): Promise<void>;
  /** Whose password AWSPENDING has. */
  nextUsername(current: DatabaseSecret): string;
  setPassword(change: Change): Promise<Outcome>;
}
