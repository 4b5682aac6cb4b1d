import type { Outcome, Rotation } from "../rotation";
import { assertStillPending } from "../secret/versions";
import { assertPendingLogsIn } from "./pending-login";

/**
 * Makes AWSPENDING the AWSCURRENT, after one more login with it: whoever may invoke this function chooses the step, and
 * without setSecret the database would have another password.
 *
 * Secrets Manager itself moves AWSPREVIOUS and takes AWSPENDING away. Removing AWSPENDING here would look to it like a
 * rotation that was abandoned (AWS Secrets Manager User Guide, "Lambda rotation functions", finishSecret).
 */
export async function finishSecret(rotation: Rotation): Promise<Outcome> {
  await assertPendingLogsIn(rotation);
  await assertStillPending(rotation, rotation.checkedAt);
  const { secrets, secretArn, currentVersionId, versionId } = rotation;
  await secrets.moveCurrent(secretArn, { from: currentVersionId, to: versionId });
  return "AWSPENDING is now AWSCURRENT";
}
