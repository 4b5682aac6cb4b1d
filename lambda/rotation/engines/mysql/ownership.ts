import { RefusedError } from "../../support/errors";
import { quote } from "../../support/text";
import type { ForeignUsers, Opened, Pair } from "../engine";
import type { SqlConnection } from "../sql-connection";
import { accountsOf, entitlementsOf } from "./accounts";
import { isWithin } from "./entitlements";
import { accountsByOrigin, type ForeignAccount, handOverCommand } from "./origin";
import type { ServerVersion } from "./server-version";

/*
 * A user is several accounts, one for each host, and each has a password and an origin of its own. So a password opens
 * one of them, and the others may be somebody else's.
 */

export async function findForeignUser(
  connection: SqlConnection,
  version: ServerVersion,
  user: string,
  origin: string,
): Promise<ForeignUsers | undefined> {
  const { foreign } = await accountsByOrigin(connection, version, user, origin);
  return await describe(connection, version, [foreign], origin, []);
}

export async function findForeignPair(
  connection: SqlConnection,
  version: ServerVersion,
  pair: Pair,
  { byCurrent, byPrevious }: Opened,
): Promise<ForeignUsers | undefined> {
  const { foreign: users } = await accountsByOrigin(connection, version, pair.user, pair.origin);
  const { foreign: alternates } = await accountsByOrigin(connection, version, pair.alternate, pair.origin);
  const tried: string[] = [];
  const twin = alternates.some(({ isAnothers }) => !isAnothers)
    ? await findTwin(connection, pair, byPrevious, tried)
    : undefined;
  const found = [except(users, byCurrent), except(alternates, twin)];
  return await describe(connection, version, found, pair.origin, tried);
}

/** What another secret has recorded stays its own, whoever knows the password. `opened` is of `CURRENT_USER()`. */
function except(foreign: readonly ForeignAccount[], opened: string | undefined): readonly ForeignAccount[] {
  return foreign.filter(({ user, host, isAnothers }) => isAnothers || `${user}@${host}` !== opened);
}

/**
 * The twin that AWS's function made. That function leaves two users that may do the same, which any two users may; but
 * it leaves them with the secret, too: AWSPREVIOUS still opens the twin.
 */
async function findTwin(
  connection: SqlConnection,
  pair: Pair,
  byPrevious: Opened["byPrevious"],
  tried: string[],
): Promise<string | undefined> {
  if (!(await mayDoTheSame(connection, pair))) {
    tried.push("the database: it does not show the two as a pair that AWS's function made");
    return undefined;
  }
  const previous = await byPrevious?.();
  if (previous === undefined) return undefined;
  if ("loggedInAs" in previous) return previous.loggedInAs;
  tried.push(`AWSPREVIOUS: ${previous.failed}`);
  return undefined;
}

async function mayDoTheSame(connection: SqlConnection, { user, alternate }: Pair): Promise<boolean> {
  const [ours, theirs] = [await accountsOf(connection, user), await accountsOf(connection, alternate)];
  for (const account of theirs) {
    const counterpart = ours.find(({ host }) => host === account.host);
    if (counterpart === undefined) return false;
    const [grants, present] = [
      await entitlementsOf(connection, account),
      await entitlementsOf(connection, counterpart),
    ];
    if (!isWithin(grants, present)) return false;
  }
  return theirs.length > 0;
}

async function describe(
  connection: SqlConnection,
  version: ServerVersion,
  found: readonly (readonly ForeignAccount[])[],
  origin: string,
  tried: readonly string[],
): Promise<ForeignUsers | undefined> {
  const descriptions: string[] = [];
  const commands: string[] = [];
  for (const accounts of found) {
    const [first] = accounts;
    if (first === undefined) continue;
    const hosts = accounts.map(({ host }) => quote(host)).join(", ");
    const anothers = accounts.some(({ isAnothers }) => isAnothers) ? ", which is another secret's" : "";
    descriptions.push(`${quote(first.user)} for the hosts ${hosts}${anothers}`);
    commands.push(await handOverCommand(connection, version, first.user, origin, accounts));
  }
  if (descriptions.length === 0) return undefined;
  return { description: descriptions.join(" and "), tried, handOverCommand: commands.join("; ") };
}

/**
 * A user that changes its own password changes it in the account that it logged in as. Where it has more of them, the
 * others would keep the old one, perhaps a leaked one, while the rotation says that all is well. They are not changed
 * along with it: what the secret's password opens is one account, and the others may be somebody else's.
 */
export async function assertOneAccount(connection: SqlConnection, user: string): Promise<void> {
  const hosts = (await accountsOf(connection, user)).map(({ host }) => host);
  if (hosts.length <= 1) return;
  throw new RefusedError({
    problem:
      `The user ${quote(user)} has ${hosts.length} accounts, for the hosts ${hosts.map(quote).join(", ")}; ` +
      "the strategy single-user changes the password of one of them, and the others would keep theirs",
    remedy:
      "Drop or rename the accounts that this secret is not for, or use alternating-users, which changes the password " +
      "of all that are handed over to it; then rotate again.",
  });
}
