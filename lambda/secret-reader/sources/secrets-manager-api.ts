import { type Environment, required } from "../environment";
import {
  SecretAccessDeniedError,
  type SecretError,
  SecretNotFoundError,
  type SecretPlace,
  SecretUnavailableError,
} from "../errors";
import { fieldsOf, parseJson } from "../fields";
import type { Secret, SecretVersion, SourceName } from "../secret";

/** One version of a secret by its staging label. */
export interface StagedSecret extends SecretPlace {
  readonly source: SourceName;
  readonly stage: string;
}

export const CHECK_ENDPOINT =
  "In a VPC without internet, check the interface endpoint of Secrets Manager and TCP 443 from the function to it.";

/** Error codes of the Secrets Manager API (API reference, "GetSecretValue" and "Common Errors"). */
const DENIED = new Set([
  "AccessDeniedException",
  "DecryptionFailure",
  "UnrecognizedClientException",
  "ExpiredTokenException",
]);

/** The start of secrets' names. @throws Error if it is missing. */
export function prefixOf(environment: Environment): string {
  return required(environment, "SECRET_PREFIX", "say where secrets are in Secrets Manager");
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
      "Check its name, the region, and its versions.",
    );
  }
  return DENIED.has(name)
    ? new SecretAccessDeniedError(
        place,
        `access denied: ${name}${detail}`,
        "Check the function's role and the policies of endpoint, secret and KMS key.",
      )
    : new SecretUnavailableError(
        place,
        `Secrets Manager answered ${name}${detail}`,
        "Look the error up by its name.",
      );
}
