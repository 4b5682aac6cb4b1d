import type { DatabaseSession } from "../engines/engine";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";
import type { Change } from "./strategy";

/** How many of the objects that could not be granted a warning names. */
const NAMED_OBJECTS = 5;

/**
 * What `createRole` records beside a role: which secret it was made for.
 *
 * Bootstrap needs it when a first rotation was cut off after the role was made and then abandoned, so that the next
 * one comes with another password. Only a superuser, or who has ADMIN OPTION on the role, can write it, and they could
 * set the role's password anyway. A secret's ARN ends in random characters, so a secret of the same name that is made
 * later does not inherit the role.
 */
export function originOf(secretArn: string): string {
  return `Created by secret rotation for ${secretArn}`;
}

/** The superuser may set its own password; through somebody's secret it must not. */
export function assertNotItself(superuser: DatabaseSession, role: string): void {
  if (superuser.user !== role) return;
  throw new RefusedError({
    problem: `This rotation would set the password of the superuser ${quote(role)} itself`,
    remedy:
      "Correct the username in the secret. A superuser's own secret is rotated by RDS, or as a single user.",
  });
}

/** Gives a role the group roles and privileges that the tags declare. Runs as superuser, in a transaction. */
export async function provideAccess(superuser: DatabaseSession, role: string, change: Change): Promise<void> {
  const { declared, rotation } = change;
  for (const group of declared.groupRoles) await superuser.grantMembership(group, role);

  const ungranted: string[] = [];
  for (const grant of declared.grants) ungranted.push(...(await superuser.grant(grant, role)));
  if (ungranted.length === 0) return;
  // Not a failure: a table that somebody else owns must not keep a password from being rotated.
  rotation.log.warn("some objects could not be granted: the superuser has no grant option on them", {
    role,
    count: ungranted.length,
    objects: ungranted.slice(0, NAMED_OBJECTS),
    remedy: "Grant them as their owner, or transfer them.",
  });
}

/** Makes the declared IAM user, with the same access. Runs as superuser, in a transaction. */
export async function provideIamUser(superuser: DatabaseSession, change: Change): Promise<void> {
  const { declared, rotation, pending, current } = change;
  const role = declared.iamUser;
  if (role === undefined) return;
  if ([pending.username, current.username].includes(role)) {
    throw new RefusedError({
      problem: `The tag rotation:iam-user names ${quote(role)}, the user of the secret, who then could not log in with a password`,
      remedy: "Declare another role for IAM authentication.",
    });
  }
  const origin = originOf(rotation.secretArn);
  if (!(await superuser.roleExists(role))) {
    // A member of a member of rds_iam logs in with IAM only, and this session's user is the superuser.
    await superuser.createRole(role, { origin, apart: true });
  } else if (await superuser.hasOrigin(role, origin)) {
    await superuser.completeRole(role, { origin });
  } else if (!(await superuser.hasIamLogin(role))) {
    throw new RefusedError({
      problem: `The tag rotation:iam-user names ${quote(role)}, an existing role that logs in without IAM`,
      remedy:
        "Declare a new role, or let this one log in with IAM yourself: it takes its password login away.",
    });
  }
  await superuser.allowIamLogin(role);
  await provideAccess(superuser, role, change);
}
