import { readTags } from "../contract/tags";
import { logsIn } from "../engines/engine";
import type { Outcome, Rotation } from "../rotation";
import { withMembers } from "../secret/json-text";
import { newPassword } from "../secret/new-password";
import { type DatabaseSecret, hasPassword } from "../secret/secret-value";
import {
  abandonedVersionId,
  assertStillPending,
  readAbandoned,
  readCurrent,
  readPending,
} from "../secret/versions";
import { chooseStrategy } from "../strategies/choose-strategy";
import { superuserSecretArn } from "../strategies/superuser";

/**
 * Writes AWSPENDING: AWSCURRENT with a new password (and, for alternating users, the other user).
 *
 * It is written without looking whether there is one already: a version's value never changes, so of several calls,
 * repeated or concurrent, the first one's counts, and Secrets Manager itself decides which that was.
 */
export async function createSecret(rotation: Rotation): Promise<Outcome> {
  const declared = readTags(rotation.tags);
  const current = await readCurrent(rotation, declared);
  const strategy = chooseStrategy(declared, current);
  // Only for what it refuses, which setSecret would refuse with a version left behind.
  const makesIamUser = declared.iamUser !== undefined && current.masterArn !== undefined;
  if (strategy.needsSuperuser || makesIamUser) superuserSecretArn(rotation, current);
  if (rotation.lastWrittenVersionId === undefined) await strategy.assertSuitable?.(rotation, current);
  const username = strategy.nextUsername(current);
  const inUse = username === current.username ? await passwordInUse(rotation, current) : undefined;
  const { passwords } = rotation.settings;
  const password =
    inUse ?? newPassword(passwords, passwords.excludedCharacters ?? current.engine.excludedCharacters);

  await assertStillPending(rotation, rotation.checkedAt);
  await keepOvertaken(rotation);
  const written = await rotation.secrets.putPending(rotation.secretArn, {
    id: rotation.versionId,
    value: withMembers(current.text, { username, password }),
    rotationToken: rotation.rotationToken,
  });
  if (written === "stored") {
    return inUse === undefined
      ? "wrote the AWSPENDING value"
      : "wrote the AWSPENDING value with the password that an abandoned rotation set";
  }
  await readPending(rotation, declared);
  return "kept the AWSPENDING value";
}

/**
 * The password that a rotation set before it was given up: the database has it, and no label of AWS's leads to it, so a
 * user that changes its own password could never log in again. This rotation completes that one's work; the next one
 * makes a new password. While AWSCURRENT logs in, nothing is lost, and the password may be one that is to be replaced.
 */
async function passwordInUse(rotation: Rotation, current: DatabaseSecret): Promise<string | undefined> {
  if (!hasPassword(current)) return undefined;
  const abandoned = await readAbandoned(rotation, current, abandonedVersionId(rotation));
  if (abandoned === undefined || abandoned.password === current.password) return undefined;
  if (!(await logsIn(abandoned, abandoned)) || (await logsIn(current, current))) return undefined;
  return abandoned.password;
}

/** What LAST_WRITTEN leads to now: writing takes that label away, and a call of that rotation may be at work still. */
async function keepOvertaken(rotation: Rotation): Promise<void> {
  const { secrets, secretArn, overtakenVersionId: from } = rotation;
  const to = abandonedVersionId(rotation);
  if (to !== undefined && to !== from) await secrets.moveOvertaken(secretArn, { from, to });
}
