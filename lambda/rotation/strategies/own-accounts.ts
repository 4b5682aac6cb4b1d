import type { DatabaseSession } from "../engines/engine";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";
import { originOf } from "./access";
import type { Change } from "./strategy";

/**
 * A confused-deputy guard, where a user is several accounts: what the secret's password opens is one of them, for one
 * host. Another of the same name may be somebody else's and may do more: it would get the secret's password, and the
 * twin what it may do. So of accounts for other hosts only those pass that this function made for this secret, or that
 * were handed over to it.
 *
 * @param host - that of the account which AWSCURRENT has logged in to
 */
export async function assertOwnAccounts(
  superuser: DatabaseSession,
  { rotation, current, pending }: Change,
  host: string | undefined,
): Promise<void> {
  const origin = originOf(rotation.secretArn);
  const found: string[] = [];
  const commands: string[] = [];
  for (const user of [current.username, pending.username]) {
    const hosts = (await superuser.foreignHostsOf(user, origin)).filter((one) => one !== host);
    if (hosts.length === 0) continue;
    found.push(`${quote(user)} for the hosts ${hosts.map(quote).join(", ")}`);
    commands.push(current.engine.handOverCommand(user, origin, hosts));
  }
  if (found.length === 0) return;
  throw new RefusedError({
    problem: `There are accounts of the same name that may be somebody else's: ${found.join("; ")}; alternating-users would set their passwords`,
    tried: ["the origin recorded beside each account: another one, or none"],
    remedy:
      "Drop or rename those that this secret is not for. If they are meant for it, each with the secret's password and " +
      `with a twin that may do the same, run as superuser: ${commands.join("; ")}`,
  });
}
