import { type DatabaseSession, withSession } from "../engines/engine";
import { LoginRefusedError, RefusedError } from "../errors";
import { hasPassword } from "../secret-value";
import { quote } from "../text";
import { alternateUserOf } from "../user-names";
import { assertNotItself, originOf, provideAccess, provideIamUser } from "./access";
import type { Change, Strategy } from "./strategy";
import { loginAsSuperuser } from "./superuser";

/** Two users take turns: the superuser gives the idle one a new password, and AWSCURRENT's is never touched. */
export const alternatingUsers: Strategy = {
  nextUsername: alternateUserOf,

  async setPassword(change) {
    await assertCurrentLogsIn(change);
    return await withSession(await loginAsSuperuser(change.rotation, change.current), (superuser) =>
      superuser.transaction(async () => {
        const outcome = await provideAlternate(superuser, change);
        await provideAccess(superuser, change.pending.username, change);
        await provideIamUser(superuser, change);
        return outcome;
      }),
    );
  },
};

/** A confused-deputy guard: only who knows the user's password may have the superuser act on its alternate. */
async function assertCurrentLogsIn({ current }: Change): Promise<void> {
  if (!hasPassword(current)) return;
  const login = await current.engine.login(current.server, current);
  if ("session" in login) return await withSession(login.session, async () => undefined);
  throw new LoginRefusedError({
    problem: `The database on ${quote(current.server.host)} refused AWSCURRENT for the user ${quote(current.username)}`,
    code: login.refused,
    tried: ["AWSPENDING: refused"],
    remedy:
      "Something else set this user's password. Put the right one into the secret (aws secretsmanager " +
      "put-secret-value), or set it in the database to the one in AWSCURRENT, and rotate again.",
  });
}

async function provideAlternate(superuser: DatabaseSession, change: Change): Promise<string> {
  const { rotation, current, pending } = change;
  const origin = originOf(rotation.secretArn);
  const { username, password } = pending;
  assertNotItself(superuser, username);

  if (!(await superuser.roleExists(username))) {
    await superuser.createRole(username, { password, origin });
    await superuser.grantMembership(current.username, username);
    return "created the alternate user";
  }
  const related =
    (await superuser.isMember(username, current.username)) ||
    (await superuser.isMember(current.username, username));
  assertOurs(change, related || (await superuser.originOf(username)) === origin);
  await superuser.setPassword(username, password);
  // In one direction only, as AWS's function does at creation: both ways would be a circle.
  if (!related) await superuser.grantMembership(current.username, username);
  return "set the alternate user's password";
}

/**
 * A confused-deputy guard: a name alone does not make a role the alternate of another, or who has `x_clone` could have
 * the password of `x` set. Membership is what AWS's function leaves behind, so its pairs pass.
 */
function assertOurs({ declared, current, pending }: Change, known: boolean): void {
  if (known || declared.user !== undefined) return;
  throw new RefusedError({
    problem: `The role ${quote(pending.username)} exists, and nothing shows that it is the alternate of ${quote(current.username)}`,
    remedy: "Declare the user in the tag rotation:user, or make one of the two roles a member of the other.",
  });
}
