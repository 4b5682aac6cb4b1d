import { type DatabaseSession, logsIn, type Pair, withSession } from "../engines/engine";
import { sameHost } from "../secret/guards";
import { originOf } from "../secret/origin";
import { hasPassword, type SecretWithPassword } from "../secret/secret-value";
import { assertStillPending, readPrevious } from "../secret/versions";
import { DatabaseCommandError, LoginRefusedError } from "../support/errors";
import { quote } from "../support/text";
import { loginWithAbandoned } from "./abandoned-logins";
import { alternateUserOf } from "./alternate-user";
import { assertDeclared, provideIamUser, providePrivileges } from "./declared-privileges";
import { assertOwnPair, previousOpens } from "./ownership";
import type { Change, Strategy } from "./strategy";
import { loginAsSuperuser } from "./superuser";

/** Two users take turns: the superuser gives the idle one a new password, and AWSCURRENT's is never touched. */
export const alternatingUsers: Strategy = {
  needsSuperuser: true,

  nextUsername: alternateUserOf,

  async setPassword(change) {
    const { rotation, current, pending } = change;
    const pair = {
      user: current.username,
      alternate: pending.username,
      origin: originOf(rotation.secretArn),
    };
    const { session, isCurrent } = await loginAsCurrent(change);
    return await withSession(session, async (own) => {
      const opened = {
        ...(isCurrent && { byCurrent: await own.loggedInAs() }),
        byPrevious: previousOpens(change, pair.alternate),
      };
      return await withSession(await loginAsSuperuser(rotation, current), (superuser) =>
        superuser.transaction(async () => {
          await assertStillPending(rotation, change.pendingAt);
          await assertOwnPair(superuser, change, pair, opened);
          await assertDeclared(superuser, change);
          await shareObjects(own, change);
          const created = await align(superuser, change, pair);
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

/**
 * A confused-deputy guard: only who knows the user's password may have the superuser act on its alternate. What a
 * rotation has set that was given up opens a session, too, but shows nothing of whose the user is.
 */
async function loginAsCurrent(change: Change): Promise<{ session: DatabaseSession; isCurrent: boolean }> {
  const { rotation, current } = change;
  // `chooseStrategy` takes this one for secrets that have a password.
  const login = await current.engine.login(current.server, current as SecretWithPassword);
  if ("session" in login) return { session: login.session, isCurrent: true };

  const tried = ["AWSPENDING: refused"];
  const abandoned = await loginWithAbandoned(rotation, current, tried);
  if (abandoned !== undefined) return { session: abandoned, isCurrent: false };
  const wayBack = await wayBackIfPreviousLogsIn(change);
  if (wayBack !== undefined) tried.push("AWSPREVIOUS: logs in");
  throw new LoginRefusedError({
    problem: `The database on ${quote(current.server.host)} refused AWSCURRENT for the user ${quote(current.username)}`,
    code: login.refused,
    tried,
    remedy:
      wayBack ??
      "Something else set this user's password, or ended its logins (an expiry, IAM authentication). Put the " +
        "right one into the secret (aws secretsmanager put-secret-value), or set it in the database to the one in " +
        `AWSCURRENT (${current.engine.resetCommand(current.username)}), and rotate again.`,
  });
}

/** AWSPREVIOUS logs in after the database was restored to before the last rotation. */
async function wayBackIfPreviousLogsIn({ rotation, current, pending }: Change): Promise<string | undefined> {
  const previous = await readPrevious(rotation);
  if (previous?.username !== pending.username || !hasPassword(previous)) return undefined;
  if (!sameHost(previous.server, current.server)) return undefined;
  if (!(await logsIn(current, previous))) return undefined;
  const command = "aws secretsmanager update-secret-version-stage --secret-id";
  return (
    "The database was probably restored to before the last rotation. Make AWSPREVIOUS the current value " +
    `again, and rotate: ${command} ${rotation.secretArn} --version-stage AWSPENDING --remove-from-version-id ` +
    `${rotation.versionId}; ${command} ${rotation.secretArn} --version-stage AWSCURRENT --move-to-version-id ` +
    `${rotation.previousVersionId} --remove-from-version-id ${rotation.currentVersionId}`
  );
}

async function shareObjects(own: DatabaseSession, { rotation, pending }: Change): Promise<void> {
  try {
    const shared = (await own.shareObjects?.(pending.username)) ?? 0;
    if (shared > 0) rotation.log.info("shared objects with the alternate user", { count: shared });
  } catch (error) {
    // Not a failure: the one user that can use them now keeps them, and the next rotation tries again.
    if (!(error instanceof DatabaseCommandError)) throw error;
    rotation.log.warn("objects could not be shared with the alternate user", { message: error.message });
  }
}

/** @returns whether the alternate had to be made. */
async function align(superuser: DatabaseSession, change: Change, pair: Pair): Promise<boolean> {
  const { created, grantee, lacking } = await superuser.alignPair(pair);
  if (lacking.length > 0) {
    // Not a failure, as with objects that cannot be granted.
    change.rotation.log.warn("some settings could not be given to the alternate user", {
      role: pair.alternate,
      settings: lacking,
      remedy: "Make them the same as the other user's, or reset them there, as a role that may.",
    });
  }
  await providePrivileges(superuser, grantee, change);
  return created;
}
