import { alternateUserOf } from "../contract/user-names";
import { type DatabaseSession, withSession } from "../engines/engine";
import { hasPassword } from "../secret/secret-value";
import { assertStillPending } from "../secret/versions";
import { DatabaseCommandError, LoginRefusedError, RefusedError } from "../support/errors";
import { quote } from "../support/text";
import { assertNotItself, originOf, provideAccess, provideIamUser } from "./access";
import { assertOwnAccounts } from "./own-accounts";
import type { Change, Strategy } from "./strategy";
import { loginAsSuperuser } from "./superuser";

/** Two users take turns: the superuser gives the idle one a new password, and AWSCURRENT's is never touched. */
export const alternatingUsers: Strategy = {
  nextUsername: alternateUserOf,

  async setPassword(change) {
    const { rotation, current, pending } = change;
    const host = await useCurrent(change);
    return await withSession(await loginAsSuperuser(rotation, current), (superuser) =>
      superuser.transaction(async () => {
        await assertStillPending(rotation, change.pendingAt);
        await assertOwnAccounts(superuser, change, host);
        const created = await provideAlternate(superuser, change);
        const { owner, lacking } = await superuser.alignTwin(
          current.username,
          pending.username,
          originOf(rotation.secretArn),
        );
        if (lacking.length > 0) {
          // Not a failure, as with objects that cannot be granted.
          rotation.log.warn("some settings could not be given to the alternate user", {
            role: pending.username,
            settings: lacking,
            remedy: "Make them the same as the other user's, or reset them there, as a role that may.",
          });
        }
        await provideAccess(superuser, owner, change);
        await provideIamUser(superuser, change);
        await assertStillPending(rotation, change.pendingAt);
        // Last: AWSPENDING logs in once everything else is done, so "it logs in" means that nothing is left to do.
        await superuser.setPassword(pending.username, pending.password);
        return created ? "created the alternate user" : "set the alternate user's password";
      }),
    );
  },
};

/**
 * A confused-deputy guard: only who knows the user's password may have the superuser act on its alternate.
 *
 * @returns the host of the account that it opens, where users have one for each.
 */
async function useCurrent({ current, pending, rotation }: Change): Promise<string | undefined> {
  if (!hasPassword(current)) return undefined;
  const login = await current.engine.login(current.server, current);
  if ("session" in login) {
    return await withSession(login.session, async (session) => {
      try {
        const shared = await session.shareObjects(pending.username);
        if (shared > 0) rotation.log.info("shared objects with the alternate user", { count: shared });
      } catch (error) {
        // Not a failure: the one user that can use them now keeps them, and the next rotation tries again.
        if (!(error instanceof DatabaseCommandError)) throw error;
        rotation.log.warn("objects could not be shared with the alternate user", { message: error.message });
      }
      return await session.ownHost();
    });
  }
  throw new LoginRefusedError({
    problem: `The database on ${quote(current.server.host)} refused AWSCURRENT for the user ${quote(current.username)}`,
    code: login.refused,
    tried: ["AWSPENDING: refused"],
    remedy:
      "Something else set this user's password, or ended its logins (an expiry, IAM authentication). Put the right one " +
      "into the secret (aws secretsmanager put-secret-value), or set it in the database to the one in AWSCURRENT " +
      `(${current.engine.resetCommand(current.username)}), and rotate again.`,
  });
}

/** @returns whether it had to be made. */
async function provideAlternate(superuser: DatabaseSession, change: Change): Promise<boolean> {
  const { rotation, current, pending } = change;
  const origin = originOf(rotation.secretArn);
  assertNotItself(superuser, pending.username);

  const exists = await superuser.roleExists(pending.username);
  if (!exists) await superuser.createRole(pending.username, { origin, like: current.username });
  else if (!(await superuser.hasOrigin(pending.username, origin))) {
    assertOurs(change, await superuser.areTwins(current.username, pending.username));
  }
  // Both from now on: AWSCURRENT has just logged in as the one, and the other has passed the guard.
  await superuser.completeRole(pending.username, { origin });
  await superuser.completeRole(current.username, { origin });
  return !exists;
}

/**
 * A confused-deputy guard: a name alone does not make a role the alternate of another, or who has `x_clone` could have
 * the password of `x` set. What AWS's function leaves behind, membership or the same grants, shows it, so its pairs pass.
 */
function assertOurs({ declared, current, pending }: Change, known: boolean): void {
  if (known || declared.user !== undefined) return;
  throw new RefusedError({
    problem: `The role ${quote(pending.username)} exists, and nothing shows that it is the alternate of ${quote(current.username)}`,
    remedy: "Declare the user in the tag rotation:user, or make one of the two roles a member of the other.",
  });
}
