import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
  SecretsManagerServiceException,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { comesFromOutside } from "../engines/connection-causes";
import { SecretsManagerError, UnexpectedError } from "../support/errors";
import { quote } from "../support/text";
import { type TimeLeft, timeFor, UNLIMITED } from "../support/time-left";
import { LAST_WRITTEN, type Move, OVERTAKEN, type SecretsManagerPort } from "./secrets-manager";

/**
 * Three attempts of at most 3 s to connect: without a route to the service the function says so after about ten
 * seconds, instead of being ended by its own time-out with no word about the cause. {@link callWithin} goes on where
 * the service answers that it is asked too often.
 */
export function createClient(endpoint?: string): SecretsManagerClient {
  return new SecretsManagerClient({
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}

/** Makes one call; throws a SecretsManagerError, or an OutOfTimeError before there is too little time for it. */
export type Call = <T>(
  operation: string,
  secretId: string | undefined,
  send: (options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
) => Promise<T>;

export function callWithin(timeLeft: TimeLeft): Call {
  return async (operation, secretId, send) => {
    const limit = timeFor(`call ${operation}`, Number.POSITIVE_INFINITY, timeLeft);
    const options = Number.isFinite(limit) ? { abortSignal: AbortSignal.timeout(limit) } : {};
    const patientUntil = performance.now() + Math.min(limit, PATIENCE_MS) - ATTEMPTS_MS;
    for (;;) {
      try {
        return await send(options);
      } catch (error) {
        if (error instanceof SecretsManagerError) throw error;
        if (!isThrottled(error) || performance.now() > patientUntil)
          throw explained(error, operation, secretId);
      }
      await sleep(PAUSE_MS * (1 + Math.random()));
    }
  };
}

/**
 * A step that gives up between the user's new password and AWSCURRENT leaves readers without one that works. So a call
 * that is throttled goes on for longer than the SDK's attempts, as long as there is time.
 */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;
/** The SDK's attempts, with its pauses: a call that began with less left would be cut off, and not say why. */
const ATTEMPTS_MS = 2_500;

/** Secrets Manager API Reference, "Common Error Types"; the limits are the account's, whoever else calls. */
function isThrottled(error: unknown): boolean {
  return error instanceof SecretsManagerServiceException && error.name.includes("Throttl");
}

function explained(error: unknown, operation: string, secretId: string | undefined): Error {
  const subject = secretId === undefined ? operation : `${operation} on ${quote(secretId)}`;
  if (error instanceof SecretsManagerServiceException) return refused(subject, operation, error);
  return isNoAnswer(error) ? unreachable(subject, error) : UnexpectedError.from(error);
}

export function awsSecretsManager(
  client: SecretsManagerClient,
  timeLeft: TimeLeft = UNLIMITED,
): SecretsManagerPort {
  const call = callWithin(timeLeft);
  const moveLabel = async (secretId: string, label: string, { from, to }: Move): Promise<void> => {
    await call("UpdateSecretVersionStage", secretId, (options) =>
      client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretId,
          VersionStage: label,
          MoveToVersionId: to,
          RemoveFromVersionId: from,
        }),
        options,
      ),
    );
  };
  return {
    async describe(secretId) {
      const secret = await call("DescribeSecret", secretId, (options) =>
        client.send(new DescribeSecretCommand({ SecretId: secretId }), options),
      );
      return {
        arn: secret.ARN ?? secretId,
        rotationEnabled: secret.RotationEnabled,
        stagesByVersion: new Map(Object.entries(secret.VersionIdsToStages ?? {})),
        tags: new Map((secret.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
      };
    },

    async getValue(secretId, { id, stage }) {
      return await call("GetSecretValue", secretId, async (options) => {
        try {
          const version = await client.send(
            new GetSecretValueCommand({ SecretId: secretId, VersionId: id, VersionStage: stage }),
            options,
          );
          if (version.SecretString !== undefined) return version.SecretString;
        } catch (error) {
          if (error instanceof ResourceNotFoundException) return undefined;
          throw error;
        }
        throw new SecretsManagerError({
          problem: `${stage ?? "A version"} of ${quote(secretId)} has a binary value`,
          remedy: "Store the secret as a JSON text (SecretString).",
        });
      });
    },

    async putPending(secretId, { id, value, rotationToken }) {
      return await call("PutSecretValue", secretId, async (options) => {
        try {
          await client.send(
            new PutSecretValueCommand({
              SecretId: secretId,
              ClientRequestToken: id,
              SecretString: value,
              VersionStages: ["AWSPENDING", LAST_WRITTEN],
              ...(rotationToken !== undefined && { RotationToken: rotationToken }),
            }),
            options,
          );
          return "stored" as const;
        } catch (error) {
          if (error instanceof ResourceExistsException) return "exists" as const;
          throw error;
        }
      });
    },

    moveCurrent: (secretId, move) => moveLabel(secretId, "AWSCURRENT", move),

    moveOvertaken: (secretId, move) => moveLabel(secretId, OVERTAKEN, move),
  };
}

function refused(
  subject: string,
  operation: string,
  error: SecretsManagerServiceException,
): SecretsManagerError {
  const denied = error.name === "AccessDeniedException";
  // Validation errors quote the value they complain about, and PutSecretValue's value is the secret.
  const explanation = operation !== "PutSecretValue" || denied ? `: ${quote(error.message)}` : "";
  return new SecretsManagerError({
    problem: `Secrets Manager refused ${subject} (request ${error.$metadata.requestId ?? "unknown"})${explanation}`,
    code: error.name,
    remedy: denied
      ? "Check the function's role, the VPC endpoint's policy, the secret's resource policy and its KMS key's policy."
      : "If it does not pass by itself, look the error up by its name.",
  });
}

/** The SDK attaches what came back to the error of whoever could not read it. */
function isNoAnswer(error: unknown): boolean {
  const { name, $metadata, $response } = Object(error) as Record<string, unknown>;
  return (
    $metadata !== undefined ||
    $response !== undefined ||
    name === "AbortError" ||
    name === "TimeoutError" ||
    comesFromOutside(error, { codes: /^HPE_/ })
  );
}

/**
 * No response from the service. The message of such an error is not kept: a JSON parser's message, for one, quotes
 * the response, and that may be a secret.
 */
function unreachable(subject: string, error: unknown): SecretsManagerError {
  const { code, name } = error as { code?: unknown; name?: unknown };
  const reason = typeof code === "string" ? code : typeof name === "string" ? name : "unknown";
  return new SecretsManagerError({
    problem: `No usable answer from Secrets Manager to ${subject}`,
    code: reason,
    remedy:
      "In a VPC without internet this means that the interface endpoint com.amazonaws.<region>.secretsmanager is " +
      "missing in the VPC, has private DNS off, or that a security group does not let TCP 443 pass from the function " +
      "to the endpoint (both groups need the rule).",
  });
}
