import { type DatabaseSession, type Stranger, withSession } from "../engines/engine";
import { sameHost } from "../secret/guards";
import { originOf } from "../secret/origin";
import { hasPassword } from "../secret/secret-value";
import { readPrevious } from "../secret/versions";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";
import { alternateUserOf } from "./alternate-user";
import type { Change } from "./strategy";

/*
 * Guards against a confused deputy: whose password the superuser sets. A user is this secret's if its origin says so: the
 * function made it for this secret, or a superuser handed it over. A name proves nothing, nor does a tag, nor that two
 * users may do the same.
 *
 * Two more pass where no other secret has them: the user that AWSCURRENT opens, and the twin that AWS's function made for
 * it. So a user's password in AWSCURRENT hands it over to a secret with alternating users, for good: its next turn comes
 * even if the owner has set another password meanwhile. The twin may do all that the user may anyway; the owner ends both
 * by dropping the twin and the origin.
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
 * For two users that take turns, of which AWSCURRENT has opened one, in its account for `host`. With this they become the
 * secret's, so both are looked at before anything is made: what the second rotation would refuse, the first one does.
 */
export async function assertOwnPair(
  superuser: DatabaseSession,
  change: Change,
  host: string | undefined,
): Promise<void> {
  const { rotation, current, pending } = change;
  const origin = originOf(rotation.secretArn);
  for (const { username } of [current, pending]) assertNotItself(superuser, username);

  const ofCurrent = await superuser.strangersOf(current.username, origin);
  const ofPending = await superuser.strangersOf(pending.username, origin);
  const tried: string[] = [];
  const isUnrecorded = ofPending.some(({ isAnothers }) => !isAnothers);
  const twin = isUnrecorded ? await findTwin(superuser, change, tried) : NONE;
  await refuse(superuser, change, tried, [
    { user: current.username, strangers: except(ofCurrent, { host }) },
    { user: pending.username, strangers: except(ofPending, twin) },
  ]);
}

/** The alternate of a user that AWSCURRENT does not open, because it is to be made. */
export async function assertOwnAlternate(superuser: DatabaseSession, change: Change): Promise<void> {
  const { rotation, pending } = change;
  const alternate = alternateUserOf(pending);
  assertNotItself(superuser, alternate);
  const strangers = await superuser.strangersOf(alternate, originOf(rotation.secretArn));
  if (strangers.length === 0) return;
  const isTwin = pending.engine.showsTwins && (await superuser.areTwins(pending.username, alternate));
  await refuse(
    superuser,
    change,
    [],
    [{ user: alternate, strangers: isTwin ? except(strangers, {}) : strangers }],
  );
}

/** An account, by its host where users have one for each. */
type Opened = Pick<Stranger, "host"> | typeof NONE;
const NONE = Symbol("none");

/** What another secret has recorded stays its own, whoever knows the password. */
function except(strangers: readonly Stranger[], opened: Opened): readonly Stranger[] {
  return strangers.filter(({ host, isAnothers }) => isAnothers || opened === NONE || host !== opened.host);
}

/**
 * The twin that AWS's function made. In PostgreSQL membership shows it. Elsewhere that function leaves two users that may do
 * the same, which any two users may; but it leaves them with the secret, too: AWSPREVIOUS still opens the twin.
 */
async function findTwin(superuser: DatabaseSession, change: Change, tried: string[]): Promise<Opened> {
  const { rotation, current, pending } = change;
  if (!(await superuser.areTwins(current.username, pending.username))) {
    tried.push("the database: it does not show the two as a pair that AWS's function made");
    return NONE;
  }
  if (current.engine.showsTwins) return {};

  const previous = await readPrevious(rotation);
  const isFor = previous?.username === pending.username && sameHost(previous.server, current.server);
  if (previous === undefined || !isFor || !hasPassword(previous)) {
    tried.push(`AWSPREVIOUS: it has no password of ${quote(pending.username)}, as AWS's function leaves it`);
    return NONE;
  }
  const login = await current.engine.login(current.server, previous);
  if ("session" in login) {
    return { host: await withSession(login.session, (session) => session.ownHost()) };
  }
  tried.push(`AWSPREVIOUS: refused [${login.refused}]`);
  return NONE;
}

interface Found {
  readonly user: string;
  readonly strangers: readonly Stranger[];
}

async function refuse(
  superuser: DatabaseSession,
  { rotation, pending }: Change,
  tried: readonly string[],
  found: readonly Found[],
): Promise<void> {
  const harmful = found.filter(({ strangers }) => strangers.length > 0);
  if (harmful.length === 0) return;
  const commands: string[] = [];
  for (const { user, strangers } of harmful) {
    commands.push(await superuser.handOverCommand(user, originOf(rotation.secretArn), strangers));
  }
  throw new RefusedError({
    problem:
      `On ${quote(pending.server.host)} nothing shows that this secret may set the password of ` +
      harmful.map(describeFound).join(" and "),
    tried: ["the origin recorded beside each: another one, or none", ...tried],
    remedy:
      "Correct the username in the secret, or drop or rename what this secret is not for. If it is meant for this secret, " +
      `and to be changed by it from now on, run as superuser: ${commands.join("; ")}`,
  });
}

function describeFound({ user, strangers }: Found): string {
  const hosts = strangers.flatMap(({ host }) => (host === undefined ? [] : [quote(host)]));
  const anothers = strangers.some(({ isAnothers }) => isAnothers) ? ", which is another secret's" : "";
  return `${quote(user)}${hosts.length > 0 ? ` for the hosts ${hosts.join(", ")}` : ""}${anothers}`;
}
