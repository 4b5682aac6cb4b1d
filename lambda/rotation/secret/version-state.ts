import type { SecretDescription } from "../ports/secrets-manager";
import { VersionStateError } from "../support/errors";
import { quote } from "../support/text";

/**
 * The checks that come before every step, in the order of AWS's functions (aws-secrets-manager-rotation-lambdas,
 * `lambda_handler`). A version that is AWSCURRENT is done, whatever other labels it has.
 */
export function checkVersion(secret: SecretDescription, versionId: string): "rotate" | "already-current" {
  if (secret.rotationEnabled === false) {
    throw new VersionStateError({
      problem: "Rotation is not enabled for this secret",
      remedy: "Enable it (aws secretsmanager rotate-secret), or stop calling this function for it.",
    });
  }
  const stages = secret.stagesByVersion.get(versionId);
  if (stages?.includes("AWSCURRENT")) return "already-current";
  if (stages?.includes("AWSPENDING")) return "rotate";
  throw new VersionStateError({
    problem:
      stages === undefined
        ? "The secret has no such version with a label"
        : `The version is labelled ${stages.map(quote).join(", ")}, not AWSPENDING`,
    remedy:
      "A newer value was probably put meanwhile, which ends a rotation. Rotate again if it should go on.",
  });
}
