import { readTags } from "../contract/tags";
import type { Outcome, Rotation } from "../rotation";
import { hasPassword } from "../secret/secret-value";
import { readCurrent } from "../secret/versions";
import { assertPendingLogsIn } from "./pending-login";

/**
 * Logs in with AWSPENDING. Changes nothing: with `RotateImmediately=false` Secrets Manager runs this step alone, on a
 * version that it then drops (Secrets Manager API Reference, RotateSecret).
 */
export async function testSecret(rotation: Rotation): Promise<Outcome> {
  if (await isBeforeBootstrap(rotation)) {
    return "nothing to test: the secret was not rotated yet, and has no password before that";
  }
  await assertPendingLogsIn(rotation);
  return "AWSPENDING logs in";
}

/** Of a secret that this function has written no version of; in a rotation, createSecret has. */
async function isBeforeBootstrap(rotation: Rotation): Promise<boolean> {
  if (rotation.lastWrittenVersionId !== undefined) return false;
  return !hasPassword(await readCurrent(rotation, readTags(rotation.tags)));
}
