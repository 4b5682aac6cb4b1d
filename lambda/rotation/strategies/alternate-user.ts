import { alternateUser } from "../contract/user-names";
import type { DatabaseSecret } from "../secret/secret-value";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";

/** @throws RefusedError if the engine could not have a user of that name. */
export function alternateUserOf(secret: DatabaseSecret): string {
  const alternate = alternateUser(secret.username);
  const problem = alternate === "" ? "it is empty" : secret.engine.userNameProblem(alternate);
  if (problem === undefined) return alternate;
  throw new RefusedError({
    problem: `The alternate of ${quote(secret.username)} would be ${quote(alternate)}: ${problem}`,
    remedy: "Choose another user name, or the strategy single-user.",
  });
}
