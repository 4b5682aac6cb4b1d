import type { Declaration, StrategyName } from "../contract/tags";
import type { Outcome, Rotation } from "../rotation";
import { assertBootstrapDeclared } from "../secret/guards";
import { type DatabaseSecret, hasPassword, type SecretWithPassword } from "../secret/secret-value";
import { alternatingUsers } from "./alternating-users";
import { bootstrapFor } from "./bootstrap";
import { singleUser } from "./single-user";

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

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  "single-user": singleUser,
  "alternating-users": alternatingUsers,
};

/** With no password yet, the first rotation makes the user itself, whatever the strategy of the later ones. */
export function chooseStrategy(declared: Declaration, current: DatabaseSecret): Strategy {
  const byDefault = current.masterArn === undefined ? "single-user" : "alternating-users";
  const name = declared.strategy ?? byDefault;
  if (hasPassword(current)) return STRATEGIES[name];
  assertBootstrapDeclared(current, declared);
  return bootstrapFor(name);
}
