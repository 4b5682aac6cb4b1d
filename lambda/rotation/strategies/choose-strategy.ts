import type { StrategyName } from "../contract/rotated-user";
import type { Declaration } from "../contract/tags";
import { assertBootstrapDeclared } from "../secret/guards";
import { type DatabaseSecret, hasPassword } from "../secret/secret-value";
import { alternatingUsers } from "./alternating-users";
import { bootstrapFor } from "./bootstrap";
import { singleUser } from "./single-user";
import type { Strategy } from "./strategy";

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
