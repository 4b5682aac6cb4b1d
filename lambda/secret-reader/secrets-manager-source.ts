import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  SecretAccessDeniedError,
  type SecretError,
  SecretMalformedError,
  SecretNotFoundError,
  SecretUnavailableError,
} from "./errors";
import type { Secret, SecretSource } from "./secret";

const CONNECT_MILLISECONDS = 2_000;
const REQUEST_MILLISECONDS = 5_000;

/** Error codes of the Secrets Manager API (API reference, "GetSecretValue" and "Common Errors"). */
const DENIED = new Set([
  "AccessDeniedException",
  "DecryptionFailure",
  "UnrecognizedClientException",
  "ExpiredTokenException",
]);

/** Reads the AWSCURRENT version through the AWS SDK. */
export class SecretsManagerSource implements SecretSource {
  private readonly client = new SecretsManagerClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: CONNECT_MILLISECONDS, requestTimeout: REQUEST_MILLISECONDS },
  });

  async fetch(secretId: string): Promise<Secret> {
    const answer = await this.client
      .send(new GetSecretValueCommand({ SecretId: secretId }))
      .catch((error: unknown) => {
        throw translate(secretId, error);
      });
    return {
      fields: parse(secretId, answer.SecretString),
      version: answer.VersionId ?? "",
      fetchedAt: new Date(),
    };
  }
}

function parse(secretId: string, text: string | undefined): Secret["fields"] {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    // The parser's message would quote the value.
    throw new SecretMalformedError(secretId, "must be a JSON object; it is not JSON");
  }
  if (!isFlatObject(value)) {
    throw new SecretMalformedError(
      secretId,
      "must be a JSON object of texts, numbers and booleans; it is other JSON",
    );
  }
  return value;
}

function isFlatObject(value: unknown): value is Secret["fields"] {
  return (
    value !== null &&
    typeof value === "object" &&
    !Array.isArray(value) &&
    Object.values(value).every((field) => ["string", "number", "boolean"].includes(typeof field))
  );
}

function translate(secretId: string, error: unknown): SecretError {
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  if (name === "ResourceNotFoundException") {
    return new SecretNotFoundError(secretId, "does not exist, or has no AWSCURRENT version", {
      cause: error,
    });
  }
  if (DENIED.has(name))
    return new SecretAccessDeniedError(secretId, `access denied: ${message}`, { cause: error });
  const answered = $metadata?.httpStatusCode !== undefined;
  return new SecretUnavailableError(
    secretId,
    answered
      ? `Secrets Manager answered ${name}: ${message}`
      : `Secrets Manager did not answer (${name}: ${message}); in a VPC without internet, check the interface endpoint and TCP 443 from the function's security group to it`,
    { cause: error },
  );
}
