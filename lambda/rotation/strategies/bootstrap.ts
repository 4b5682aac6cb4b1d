import { type DatabaseSession, withSession } from "../engines/engine";
import { RefusedError } from "../errors";
import { quote } from "../text";
import { assertNotItself, originOf, provideAccess, provideIamUser } from "./access";
import type { Change, Strategy } from "./strategy";
import { loginAsSuperuser } from "./superuser";

/**
 * The first rotation of a secret that was made without a password: the superuser creates the database user.
 *
 * Creation, memberships and grants are one transaction, so the role either does not exist or is complete. Only a role
 * that does not exist yet, or that a bootstrap of this very secret made before, is touched: otherwise a secret without
 * password would be a way to take over any user of the database.
 */
export const bootstrap: Strategy = {
  nextUsername: (current) => current.username,

  async setPassword(change) {
    return await withSession(await loginAsSuperuser(change.rotation, change.current), (superuser) =>
      superuser.transaction(async () => {
        const outcome = await provideUser(superuser, change);
        await provideAccess(superuser, change.pending.username, change);
        await provideIamUser(superuser, change);
        return outcome;
      }),
    );
  },
};

async function provideUser(superuser: DatabaseSession, { rotation, pending }: Change): Promise<string> {
  const { username, password, server, engine } = pending;
  const origin = originOf(rotation.secretArn);
  assertNotItself(superuser, username);
  if (!(await superuser.roleExists(username))) {
    await superuser.createRole(username, { password, origin });
    return "created the database user";
  }
  if ((await superuser.originOf(username)) === origin) {
    await superuser.setPassword(username, password);
    return "took up the database user of an abandoned bootstrap";
  }
  throw new RefusedError({
    problem:
      `The user ${quote(username)} already exists in the database on ${quote(server.host)} and was not created for ` +
      "this secret; a secret without password may only create a user",
    tried: ["AWSPENDING: refused", "the origin recorded beside the role: another one, or none"],
    remedy:
      "Put the user's present password into the secret, or choose another username. If the user is meant for this " +
      `secret, run as superuser: ${engine.handOverCommand(username, origin)}`,
  });
}
