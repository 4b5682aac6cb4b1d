import type { SourceName } from "../contract/source-names";
import { VARIABLE } from "../contract/variables";
import { type Environment, required } from "../environment";
import {
  SecretAccessDeniedError,
  type SecretError,
  SecretNotFoundError,
  type SecretPlace,
  SecretUnavailableError,
} from "../errors";
import { fieldsOf, parseJson } from "../fields";
import type { Secret, SecretVersion } from "../secret";

/** One version of a secret by its staging label. */
export interface StagedSecret extends SecretPlace {
  readonly source: SourceName;
  readonly stage: string;
}

export const CHECK_ENDPOINT = "Check the interface endpoint and TCP 443 to it.";

/**
 * Outages among the API's error codes (API reference, "GetSecretValue" and "Common Errors"), also of the key's service.
 */
const OUTAGES = /^(KMS)?(Internal|RequestTimeout|ServiceUnavailable|Throttl|TooManyRequests)/;

/** The start of secrets' names. @throws Error if it is missing. */
export function prefixOf(environment: Environment): string {
  return required(environment, VARIABLE.prefix, "say where secrets are in Secrets Manager");
}

export function stageOf(version: SecretVersion): string {
  return version === "current" ? "AWSCURRENT" : "AWSPREVIOUS";
}

/** The part of GetSecretValue's answer that matters here. @throws SecretMalformedError */
export function secretFromValue(
  { SecretString = "", VersionId = "" }: { readonly SecretString?: string; readonly VersionId?: string },
  place: StagedSecret,
): Secret {
  return {
    fields: fieldsOf(parseJson(SecretString, "its value", place), place),
    version: VersionId,
    fetchedAt: new Date(),
    source: place.source,
  };
}

/** What an error of the API means, by its name. `detail` follows the name in the message. */
export function awsFailure(name: string, detail: string, place: StagedSecret): SecretError {
  if (name === "ResourceNotFoundException") {
    return new SecretNotFoundError(
      place,
      `does not exist, or has no ${place.stage} version`,
      "Check name, region and versions.",
    );
  }
  const answered = `Secrets Manager answered ${name}${detail}`;
  if (name === "InvalidRequestException") {
    return new SecretNotFoundError(place, answered, "If it is marked for deletion, restore it.");
  }
  return OUTAGES.test(name)
    ? new SecretUnavailableError(place, answered, "Try again.")
    : new SecretAccessDeniedError(
        place,
        answered,
        "Check the function's role, the KMS key, and the policies of endpoint, secret and key.",
      );
}
