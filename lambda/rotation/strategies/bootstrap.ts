import type { StrategyName } from "../contract/tags";
import { type DatabaseSession, withSession } from "../engines/engine";
import { originOf } from "../secret/origin";
import { assertStillPending } from "../secret/versions";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";
import { assertAccess, provideAccess, provideIamUser } from "./access";
import { alternateUserOf } from "./alternate-user";
import { assertOneAccount } from "./one-account";
import { assertNotItself, assertOwnAlternate } from "./ownership";
import type { Change, Strategy } from "./strategy";
import { loginAsSuperuser } from "./superuser";

/**
 * The first rotation of a secret that was made without a password: the superuser creates the declared database user.
 *
 * The password comes last, after memberships and grants, so a user that logs in is complete. Only a role that does not
 * exist yet, or that a bootstrap of this very secret made before, is touched: otherwise a secret without
 * password would be a way to take over any user of the database. What later rotations would refuse, this one does.
 */
export const bootstrapFor = (later: StrategyName): Strategy => ({
  needsSuperuser: true,

  nextUsername(current) {
    if (later === "alternating-users") alternateUserOf(current);
    return current.username;
  },

  async setPassword(change) {
    return await withSession(await loginAsSuperuser(change.rotation, change.current), (superuser) =>
      superuser.transaction(async () => {
        await assertStillPending(change.rotation, change.pendingAt);
        if (later === "single-user") await assertOneAccount(superuser, change.pending.username);
        await assertOwnUser(superuser, change);
        if (later === "alternating-users") await assertOwnAlternate(superuser, change);
        await assertAccess(superuser, change);
        const outcome = await provideUser(superuser, change);
        await provideAccess(superuser, change.pending.username, change);
        await provideIamUser(superuser, change);
        await assertStillPending(change.rotation, change.pendingAt);
        await superuser.setPassword(change.pending.username, change.pending.password);
        return outcome;
      }),
    );
  },
});

async function assertOwnUser(superuser: DatabaseSession, { rotation, pending }: Change): Promise<void> {
  const { username, server } = pending;
  const origin = originOf(rotation.secretArn);
  assertNotItself(superuser, username);
  const strangers = await superuser.strangersOf(username, origin);
  if (strangers.length === 0) return;
  throw new RefusedError({
    problem:
      `The user ${quote(username)} already exists in the database on ${quote(server.host)} and was not created for ` +
      "this secret; a secret without password may only create a user",
    tried: ["AWSPENDING: refused", "the origin recorded beside the role: another one, or none"],
    remedy:
      "Put the user's present password into the secret, or choose another username. If the user is meant for this " +
      `secret, run as superuser: ${await superuser.handOverCommand(username, origin, strangers)}`,
  });
}

async function provideUser(superuser: DatabaseSession, { rotation, pending }: Change): Promise<string> {
  const role = { origin: originOf(rotation.secretArn), changesOwnPassword: true };
  if (await superuser.roleExists(pending.username)) {
    await superuser.completeRole(pending.username, role);
    return "took up the database user of an abandoned bootstrap";
  }
  await superuser.createRole(pending.username, role);
  return "created the database user";
}
