import { type Credentials, type DatabaseSession, withSession } from "../engines/engine";
import type { Rotation } from "../rotation";
import { sameHost } from "../secret/guards";
import { type DatabaseSecret, hasPassword } from "../secret/secret-value";
import { assertStillPending, readPrevious } from "../secret/versions";
import { LoginRefusedError } from "../support/errors";
import { quote } from "../support/text";
import { loginWithAbandoned } from "./abandoned-logins";
import { assertDeclared, provideIamUser } from "./declared-privileges";
import type { Change, Strategy } from "./strategy";
import { loginAsSuperuser } from "./superuser";

/**
 * The user changes its own password, logged in as itself; no superuser is involved. Where the server keeps the old
 * password beside the new one (MySQL), both log in; elsewhere, between this and finishSecret, a new login with
 * AWSCURRENT fails: readers retry with a fresh read of the secret, or use alternating users.
 */
export const singleUser: Strategy = {
  needsSuperuser: false,

  assertSuitable: lookForOtherPasswords,

  nextUsername: (current) => current.username,

  async setPassword(change) {
    const login = await loginAsItself(change);
    if (login === undefined) return "kept: another call of this step has set AWSPENDING";
    const { session, label } = login;
    return await withSession(session, async () => {
      await provideMissingIamUser(change, session);
      return await session.transaction(async () => {
        await assertStillPending(change.rotation, change.pendingAt);
        const old = await session.setPassword(change.pending.username, change.pending.password);
        if (old === "retained, a foreign one ended") {
          change.rotation.log.warn(
            "the user had a newer password that the secret does not have; it is ended",
            {
              role: change.pending.username,
              remedy: "If nobody knows of it, somebody else has had a password of this user: find out who.",
            },
          );
        }
        const kept = old === "replaced" ? "" : "; the old one stays valid until the next rotation";
        return `set the password, logged in with ${label}${kept}`;
      });
    });
  },
};

/**
 * With AWSCURRENT; or AWSPREVIOUS, which is what works after the database was restored to an earlier time; or what a
 * rotation has set that was given up.
 *
 * @returns nothing if there is nothing left to do.
 */
async function loginAsItself(
  change: Change,
): Promise<{ session: DatabaseSession; label: string } | undefined> {
  const { rotation, current, pending } = change;
  const tried = ["AWSPENDING: refused"];
  const attempt = async (label: string, credentials: Credentials): Promise<DatabaseSession | undefined> => {
    const login = await current.engine.login(current.server, credentials);
    if ("session" in login) return login.session;
    tried.push(`${label}: refused [${login.refused}]`);
    return undefined;
  };

  if (hasPassword(current)) {
    const session = await attempt("AWSCURRENT", current);
    if (session !== undefined) return { session, label: "AWSCURRENT" };
  }
  const previous = await readPrevious(rotation);
  if (previous === undefined) tried.push("AWSPREVIOUS: there is none");
  else if (previous.username !== pending.username || !sameHost(previous.server, pending.server)) {
    tried.push("AWSPREVIOUS: not used, it names another user, host or port");
  } else if (!hasPassword(previous)) tried.push("AWSPREVIOUS: has no password");
  else {
    const session = await attempt("AWSPREVIOUS", previous);
    if (session !== undefined) return { session, label: "AWSPREVIOUS" };
  }
  const abandoned = await loginWithAbandoned(rotation, current, tried);
  if (abandoned !== undefined) return { session: abandoned, label: "an abandoned rotation's password" };

  // Another call of this very step may have been at work, and has changed the password that AWSCURRENT was.
  const set = await attempt("AWSPENDING again", pending);
  if (set !== undefined) return await withSession(set, async () => undefined);

  throw new LoginRefusedError({
    problem: `The database on ${quote(current.server.host)} refused every password of ${quote(pending.username)}`,
    tried,
    remedy:
      "Something else set this user's password, or ended its logins (an expiry, IAM authentication). Set it, as a " +
      `superuser, to the one in AWSCURRENT (${current.engine.resetCommand(pending.username)}), or put the ` +
      "right password into the secret (aws secretsmanager put-secret-value), and rotate again.",
  });
}

/** An IAM user that was declared after the bootstrap. Any user may see whether it exists; making it takes more. */
async function provideMissingIamUser(change: Change, session: DatabaseSession): Promise<void> {
  const { rotation, declared, current } = change;
  if (declared.iamUser === undefined || (await session.roleExists(declared.iamUser))) return;
  await withSession(await loginAsSuperuser(rotation, current), (superuser) =>
    superuser.transaction(async () => {
      await assertDeclared(superuser, change);
      await provideIamUser(superuser, change);
    }),
  );
}

/** Only a superuser sees them. Without one, says in the log that nobody has looked. */
async function lookForOtherPasswords(rotation: Rotation, current: DatabaseSecret): Promise<void> {
  if (current.engine.usersHaveOnePassword) return;
  if (rotation.settings.superuserSecretArn === undefined) {
    rotation.log.warn("only the account that the user logs in as gets a new password", {
      role: current.username,
      remedy:
        "If the user has accounts for other hosts (SELECT Host FROM mysql.user), drop them or use alternating-users. " +
        "With SUPERUSER_SECRET_ARN the function looks itself.",
    });
    return;
  }
  await withSession(await loginAsSuperuser(rotation, current), (superuser) =>
    superuser.assertOnePassword(current.username),
  );
}
