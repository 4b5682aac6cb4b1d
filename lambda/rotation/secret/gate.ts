import type { SecretDescription } from "../ports/secrets-manager";
import { InvalidEventError, VersionStateError } from "../support/errors";
import { quote } from "../support/text";

/** What Secrets Manager sends. Other keys are tolerated: the service may add some. */
export interface RotationEvent {
  readonly secretId: string;
  /** The id of the version to rotate in; never one of our own making. */
  readonly versionId: string;
  readonly step: string;
  /** Present when another account or an assumed role rotates; PutSecretValue must pass it on then, and only then. */
  readonly rotationToken: string | undefined;
}

export function parseEvent(event: unknown): RotationEvent {
  const fields = (typeof event === "object" && event !== null ? event : {}) as Record<string, unknown>;
  const wrong = ["SecretId", "ClientRequestToken", "Step"].filter(
    (name) => typeof fields[name] !== "string" || fields[name] === "",
  );
  if (wrong.length > 0) {
    throw new InvalidEventError({
      problem: `The event must have the texts SecretId, ClientRequestToken and Step; wrong or missing: ${wrong.join(", ")}`,
      remedy: "Have Secrets Manager call this function: aws secretsmanager rotate-secret.",
    });
  }
  return {
    secretId: fields.SecretId as string,
    versionId: fields.ClientRequestToken as string,
    step: fields.Step as string,
    rotationToken: typeof fields.RotationToken === "string" ? fields.RotationToken : undefined,
  };
}

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
  if (stages === undefined) {
    throw new VersionStateError({
      problem: "The secret has no such version with a label",
      remedy:
        "A newer value was probably put meanwhile, which ends a rotation. Rotate again if it should go on.",
    });
  }
  if (stages.includes("AWSCURRENT")) return "already-current";
  if (!stages.includes("AWSPENDING")) {
    throw new VersionStateError({
      problem: `The version is labelled ${stages.map(quote).join(", ")}, not AWSPENDING`,
      remedy:
        "A newer value was probably put meanwhile, which ends a rotation. Rotate again if it should go on.",
    });
  }
  return "rotate";
}
