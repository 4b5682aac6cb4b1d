import type { DatabaseSession } from "../engines/engine";
import { originOf } from "../secret/origin";
import { RefusedError } from "../support/errors";
import { quote } from "../support/text";
import type { Change } from "./strategy";

/** How many of the objects that could not be granted a warning names. */
const NAMED_OBJECTS = 5;

/** Refuses, before anything is made or changed, what the tags must not ask for. */
export async function assertDeclared(superuser: DatabaseSession, change: Change): Promise<void> {
  await superuser.assertGrantable(change.declared.groupRoles, change.declared.grants);
  await assertOwnIamUser(superuser, change);
}

/** Gives a role the group roles and privileges that the tags declare. Runs as superuser, in a transaction. */
export async function providePrivileges(
  superuser: DatabaseSession,
  role: string,
  change: Change,
): Promise<void> {
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

async function assertOwnIamUser(
  superuser: DatabaseSession,
  { declared, rotation, pending, current }: Change,
): Promise<void> {
  const role = declared.iamUser;
  if (role === undefined) return;
  if ([pending.username, current.username].includes(role)) {
    throw new RefusedError({
      problem:
        `The tag rotation:iam-user names ${quote(role)}, the user of the secret, who then could not log in ` +
        "with a password",
      remedy: "Declare another role for IAM authentication.",
    });
  }
  const foreign = await superuser.findForeignUser(role, originOf(rotation.secretArn));
  if (foreign === undefined || (await superuser.hasIamLogin(role))) return;
  throw new RefusedError({
    problem:
      `The tag rotation:iam-user names ${quote(role)}, which exists, was not made for this secret and logs ` +
      "in without IAM",
    tried: ["the origin recorded beside it: another one, or none"],
    remedy:
      "Declare a new role. If this one is meant for this secret, and to log in with IAM only, run as superuser: " +
      foreign.handOverCommand,
  });
}

/**
 * Makes the declared IAM user, with the same access. One that somebody else made, as this function did for an earlier
 * secret, is left as it is. Runs as superuser, in a transaction, after `assertDeclared`.
 */
export async function provideIamUser(superuser: DatabaseSession, change: Change): Promise<void> {
  const role = change.declared.iamUser;
  if (role === undefined) return;
  const origin = originOf(change.rotation.secretArn);
  if ((await superuser.findForeignUser(role, origin)) !== undefined) {
    change.rotation.log.warn("the IAM user was not made for this secret, and is left as it is", {
      role,
      remedy: "Grant it what it needs, or declare a new role.",
    });
    return;
  }
  await superuser.provideIamUser(role, origin);
  await providePrivileges(superuser, role, change);
}
