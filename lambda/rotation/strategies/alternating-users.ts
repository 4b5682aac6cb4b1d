import { type DatabaseSession, withSession } from "../engines/engine";
import { originOf } from "../secret/origin";
import type { SecretWithPassword } from "../secret/secret-value";
import { assertStillPending } from "../secret/versions";
import { DatabaseCommandError, LoginRefusedError } from "../support/errors";
import { quote } from "../support/text";
import { assertAccess, provideAccess, provideIamUser } from "./access";
import { alternateUserOf } from "./alternate-user";
import { assertOwnPair } from "./ownership";
import type { Change, Strategy } from "./strategy";
import { loginAsSuperuser } from "./superuser";

/** Two users take turns: the superuser gives the idle one a new password, and AWSCURRENT's is never touched. */
export const alternatingUsers: Strategy = {
  needsSuperuser: true,

  nextUsername: alternateUserOf,

  async setPassword(change) {
    const { rotation, current, pending } = change;
    return await withSession(await loginAsCurrent(change), async (own) => {
      const host = await own.ownHost();
      return await withSession(await loginAsSuperuser(rotation, current), (superuser) =>
        superuser.transaction(async () => {
          await assertStillPending(rotation, change.pendingAt);
          await assertOwnPair(superuser, change, host);
          await assertAccess(superuser, change);
          await shareObjects(own, change);
          const created = await provideAlternate(superuser, change);
          await align(superuser, change);
          await provideIamUser(superuser, change);
          await assertStillPending(rotation, change.pendingAt);
          // Last: AWSPENDING logs in once everything else is done, so "it logs in" means that nothing is left to do.
          await superuser.setPassword(pending.username, pending.password);
          return created ? "created the alternate user" : "set the alternate user's password";
        }),
      );
    });
  },
};

/** A confused-deputy guard: only who knows the user's password may have the superuser act on its alternate. */
async function loginAsCurrent({ current }: Change): Promise<DatabaseSession> {
  // `chooseStrategy` takes this one for secrets that have a password.
  const login = await current.engine.login(current.server, current as SecretWithPassword);
  if ("session" in login) return login.session;
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

async function shareObjects(own: DatabaseSession, { rotation, pending }: Change): Promise<void> {
  try {
    const shared = await own.shareObjects(pending.username);
    if (shared > 0) rotation.log.info("shared objects with the alternate user", { count: shared });
  } catch (error) {
    // Not a failure: the one user that can use them now keeps them, and the next rotation tries again.
    if (!(error instanceof DatabaseCommandError)) throw error;
    rotation.log.warn("objects could not be shared with the alternate user", { message: error.message });
  }
}

/** @returns whether it had to be made. */
async function provideAlternate(superuser: DatabaseSession, change: Change): Promise<boolean> {
  const { rotation, current, pending } = change;
  const origin = originOf(rotation.secretArn);
  const exists = await superuser.roleExists(pending.username);
  if (!exists) await superuser.createRole(pending.username, { origin, like: current.username });
  // Both from now on, so that the turn of the one that AWSCURRENT has opened can come.
  await superuser.completeRole(pending.username, { origin });
  await superuser.completeRole(current.username, { origin });
  return !exists;
}

async function align(superuser: DatabaseSession, change: Change): Promise<void> {
  const { rotation, current, pending } = change;
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
}
