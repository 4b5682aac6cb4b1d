import type { DatabaseSecret } from "../secret/secret-value";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";

export const CLONE_SUFFIX = "_clone";

/** The other of the two users; the naming of AWS's alternating-users functions (`get_alt_username`). */
export function alternateUser(username: string): string {
  return username.endsWith(CLONE_SUFFIX) ? username.slice(0, -CLONE_SUFFIX.length) : username + CLONE_SUFFIX;
}

export function alternateUserOf(secret: DatabaseSecret): string {
  const alternate = alternateUser(secret.username);
  const problem = alternate === "" ? "it is empty" : secret.engine.userNameProblem(alternate);
  if (problem === undefined) return alternate;
  throw new RefusedError({
    problem: `The alternate of ${quote(secret.username)} would be ${quote(alternate)}: ${problem}`,
    remedy: "Choose another user name, or the strategy single-user.",
  });
}
