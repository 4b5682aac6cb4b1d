import type { Environment } from "../environment";
import {
  type SecretError,
  SecretMalformedError,
  SecretUnavailableError,
  SecretUnexpectedError,
} from "../errors";
import { isConnectionLost, isNotHttp, isOutage } from "../outage";
import type { SecretSource } from "../secret";
import {
  awsFailure,
  CHECK_ENDPOINT,
  prefixOf,
  type StagedSecret,
  secretFromValue,
  stageOf,
} from "./secrets-manager-api";

/** Reads through the AWS SDK. @throws Error if the environment is wrong. */
export function secretsManager(environment: Environment): SecretSource {
  const prefix = prefixOf(environment);
  return {
    name: "secrets-manager",
    capabilities: { previousVersion: true, refresh: true },

    async fetch(name, version) {
      const place = { source: this.name, secretId: prefix + name, stage: stageOf(version) };
      const { getSecretValue } = await import("./secrets-manager-client");
      const answer = await getSecretValue(place.secretId, place.stage).catch((error: unknown) => {
        throw translate(error, place);
      });
      return secretFromValue(answer, place);
    },
  };
}

function translate(error: unknown, place: StagedSecret): SecretError {
  const { name, message, code, $fault, $metadata, $response } = Object(error) as NodeJS.ErrnoException & {
    $fault?: string;
    $response?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  // Only what the service itself names is an error of its API. Of the messages a denial's is quoted alone: it says who
  // may not do what, and comes before any value is looked at.
  if ($fault !== undefined && name !== "Unknown") {
    return awsFailure(name, /^AccessDenied/.test(name) ? `: ${message.slice(0, 500)}` : "", place);
  }
  const status = $metadata?.httpStatusCode ?? 0;
  const reason = code ?? (status || name);
  if (name === "TimeoutError" || isConnectionLost(code) || isOutage(status))
    return new SecretUnavailableError(place, `Secrets Manager did not answer (${reason})`, CHECK_ENDPOINT);
  // The SDK attaches the answer to the error of whoever could not read it.
  return $response === undefined && !isNotHttp(code)
    ? new SecretUnexpectedError(place, Object(error))
    : new SecretMalformedError(
        place,
        `the answer of Secrets Manager must be JSON; it is not (${reason})`,
        "Check what answers at its endpoint.",
      );
}
