import type { StrategyName } from "../contract/tags";
import { type DatabaseSession, withSession } from "../engines/engine";
import { assertStillPending } from "../secret/versions";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";
import { assertNotItself, originOf, provideAccess, provideIamUser } from "./access";
import { assertOneAccount } from "./one-account";
import type { Change, Strategy } from "./strategy";
import { loginAsSuperuser } from "./superuser";

/**
 * The first rotation of a secret that was made without a password: the superuser creates the database user.
 *
 * The password comes last, after memberships and grants, so a user that logs in is complete. Only a role that does not
 * exist yet, or that a bootstrap of this very secret made before, is touched: otherwise a secret without
 * password would be a way to take over any user of the database.
 */
export const bootstrapFor = (later: StrategyName): Strategy => ({
  nextUsername: (current) => current.username,

  async setPassword(change) {
    return await withSession(await loginAsSuperuser(change.rotation, change.current), (superuser) =>
      superuser.transaction(async () => {
        await assertStillPending(change.rotation, change.pendingAt);
        if (later === "single-user") await assertOneAccount(superuser, change.pending.username);
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

async function provideUser(superuser: DatabaseSession, { rotation, pending }: Change): Promise<string> {
  const { username, server, engine } = pending;
  const origin = originOf(rotation.secretArn);
  assertNotItself(superuser, username);
  const role = { origin, changesOwnPassword: true };
  if (!(await superuser.roleExists(username))) {
    await superuser.createRole(username, role);
    return "created the database user";
  }
  if (await superuser.hasOrigin(username, origin)) {
    await superuser.completeRole(username, role);
    return "took up the database user of an abandoned bootstrap";
  }
  throw new RefusedError({
    problem:
      `The user ${quote(username)} already exists in the database on ${quote(server.host)} and was not created for ` +
      "this secret; a secret without password may only create a user",
    tried: ["AWSPENDING: refused", "the origin recorded beside the role: another one, or none"],
    remedy:
      "Put the user's present password into the secret, or choose another username. If the user is meant for this " +
      `secret, run as superuser: ${engine.handOverCommand(username, origin, await superuser.hostsOf(username))}`,
  });
}
