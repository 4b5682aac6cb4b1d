import { type DatabaseSession, withSession } from "../engines/engine";
import type { Rotation } from "../rotation";
import type { DatabaseSecret } from "../secret/secret-value";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";
import { loginAsSuperuser } from "./superuser";

/**
 * A user that changes its own password changes it in the account that it logged in as. Where it has more of them, the
 * others would keep the old one, perhaps a leaked one, while the rotation says that all is well. They are not changed
 * along with it: what the secret's password opens is one account, and the others may be somebody else's.
 */
export async function assertOneAccount(superuser: DatabaseSession, user: string): Promise<void> {
  const hosts = await superuser.hostsOf(user);
  if (hosts.length <= 1) return;
  throw new RefusedError({
    problem:
      `The user ${quote(user)} has ${hosts.length} accounts, for the hosts ${hosts.map(quote).join(", ")}; the strategy ` +
      "single-user changes the password of one of them, and the others would keep theirs",
    remedy:
      "Drop or rename the accounts that this secret is not for, or use alternating-users, which changes the password " +
      "of all that are handed over to it; then rotate again.",
  });
}

/** Only a superuser sees the accounts of a user. Without one, says in the log that nobody has looked. */
export async function lookForOtherAccounts(rotation: Rotation, current: DatabaseSecret): Promise<void> {
  if (!current.engine.hasAccountsByHost) return;
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
    assertOneAccount(superuser, current.username),
  );
}
