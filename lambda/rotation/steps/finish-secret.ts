import type { Outcome, Rotation } from "../rotation";

/**
 * Makes AWSPENDING the AWSCURRENT.
 *
 * Secrets Manager itself moves AWSPREVIOUS and takes AWSPENDING away. Removing AWSPENDING here would look to it like a
 * rotation that was abandoned (AWS Secrets Manager User Guide, "Lambda rotation functions", finishSecret).
 */
export async function finishSecret(rotation: Rotation): Promise<Outcome> {
  const { secrets, secretArn, currentVersionId, versionId } = rotation;
  await secrets.moveCurrent(secretArn, { from: currentVersionId, to: versionId });
  return "AWSPENDING is now AWSCURRENT";
}
