import {
  type DatabaseSession,
  type ForeignUsers,
  type Opened,
  type Pair,
  withSession,
} from "../engines/engine";
import { sameHost } from "../secret/guards";
import { hasPassword } from "../secret/secret-value";
import { readPrevious } from "../secret/versions";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";
import type { Change } from "./strategy";

/*
 * Guards against a confused deputy: whose password the superuser sets. A user is this secret's if its origin says so:
 * the function made it for this secret, or a superuser handed it over. A name proves nothing, nor does a tag, nor that
 * two users may do the same.
 *
 * Two more pass where no other secret has them: the user that AWSCURRENT opens, and the twin that AWS's function made
 * for it. So a user's password in AWSCURRENT hands it over to a secret with alternating users, for good: its next turn
 * comes even if the owner has set another password meanwhile. The twin may do all that the user may anyway; the owner
 * ends both by dropping the twin and the origin.
 */

/** The superuser may set its own password; through somebody's secret it must not, nor be given a twin. */
export function assertNotItself(superuser: DatabaseSession, role: string): void {
  if (superuser.user !== role) return;
  throw new RefusedError({
    problem: `This rotation would set the password of the superuser ${quote(role)} itself`,
    remedy:
      "Correct the username in the secret. A superuser's own secret is rotated by RDS, or as a single user.",
  });
}

/**
 * For two users that take turns. With this they become the secret's, so both are looked at before anything is made:
 * what the second rotation would refuse, the first one does.
 */
export async function assertOwnPair(
  superuser: DatabaseSession,
  change: Change,
  pair: Pair,
  opened: Opened,
): Promise<void> {
  for (const user of [pair.user, pair.alternate]) assertNotItself(superuser, user);
  const foreign = await superuser.findForeignPair(pair, opened);
  if (foreign !== undefined) throw notOwn(change, foreign);
}

/** Tries AWSPREVIOUS as a password of the alternate's: AWS's function leaves it there. */
export function previousOpens({ rotation, current }: Change, alternate: string): Opened["byPrevious"] {
  return async () => {
    const previous = await readPrevious(rotation);
    const isFor = previous?.username === alternate && sameHost(previous.server, current.server);
    if (previous === undefined || !isFor || !hasPassword(previous)) {
      return { failed: `it has no password of ${quote(alternate)}, as AWS's function leaves it` };
    }
    const login = await current.engine.login(current.server, previous);
    if ("refused" in login) return { failed: `refused [${login.refused}]` };
    return { loggedInAs: await withSession(login.session, (session) => session.loggedInAs()) };
  };
}

function notOwn({ pending }: Change, { description, tried, handOverCommand }: ForeignUsers): RefusedError {
  return new RefusedError({
    problem: `On ${quote(pending.server.host)} nothing shows that this secret may set the password of ${description}`,
    tried: ["the origin recorded beside each: another one, or none", ...tried],
    remedy:
      "Correct the username in the secret, or drop or rename what this secret is not for. If it is meant for " +
      `this secret, and to be changed by it from now on, run as superuser: ${handOverCommand}`,
  });
}
