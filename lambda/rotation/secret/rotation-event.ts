import { InvalidEventError } from "../support/errors";

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
      problem:
        "The event must have the texts SecretId, ClientRequestToken and Step; wrong or missing: " +
        `${wrong.join(", ")}`,
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
