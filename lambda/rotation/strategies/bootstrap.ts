import type { StrategyName } from "../contract/rotated-user";
import { type DatabaseSession, withSession } from "../engines/engine";
import { originOf } from "../secret/origin";
import { assertStillPending } from "../secret/versions";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";
import { alternateUserOf } from "./alternate-user";
import { assertDeclared, provideIamUser, providePrivileges } from "./declared-privileges";
import { assertNotItself, assertOwnPair } from "./ownership";
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
    const { rotation, pending } = change;
    const user = pending.username;
    const origin = originOf(rotation.secretArn);
    return await withSession(await loginAsSuperuser(rotation, change.current), (superuser) =>
      superuser.transaction(async () => {
        await assertStillPending(rotation, change.pendingAt);
        if (later === "single-user") await superuser.assertOnePassword(user);
        await assertOwnUser(superuser, change, origin);
        if (later === "alternating-users") {
          const pair = { user, alternate: alternateUserOf(pending), origin };
          await assertOwnPair(superuser, change, pair, {});
        }
        await assertDeclared(superuser, change);
        const created = await superuser.provideUser(user, origin);
        await providePrivileges(superuser, user, change);
        await provideIamUser(superuser, change);
        await assertStillPending(rotation, change.pendingAt);
        await superuser.setPassword(user, pending.password);
        return created ? "created the database user" : "took up the database user of an abandoned bootstrap";
      }),
    );
  },
});

async function assertOwnUser(
  superuser: DatabaseSession,
  { pending: { username, server } }: Change,
  origin: string,
): Promise<void> {
  assertNotItself(superuser, username);
  const foreign = await superuser.findForeignUser(username, origin);
  if (foreign === undefined) return;
  throw new RefusedError({
    problem:
      `The user ${quote(username)} already exists in the database on ${quote(server.host)} and was not created for ` +
      "this secret; a secret without password may only create a user",
    tried: ["AWSPENDING: refused", "the origin recorded beside the role: another one, or none"],
    remedy:
      "Put the user's present password into the secret, or choose another username. If the user is meant for this " +
      `secret, run as superuser: ${foreign.handOverCommand}`,
  });
}
