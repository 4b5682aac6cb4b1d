import type { SourceName } from "../contract/source-names";
import { SecretMalformedError, SecretNotFoundError, type SecretPlace } from "../errors";
import { fieldsOf } from "../fields";
import type { Secret } from "../secret";

/**
 * What Vault's API answers to a read in a KV version 2 mount (Vault API documentation, "KV secrets engine - version
 * 2").
 */
interface KvAnswer {
  readonly data?: {
    readonly data?: unknown;
    readonly metadata?: {
      readonly version?: unknown;
      readonly destroyed?: unknown;
      /** Empty if the version is not deleted. */
      readonly deletion_time?: unknown;
    };
  } | null;
  readonly warnings?: readonly string[] | null;
}

/** Number of the version in an answer, also in one that says that the version is deleted. */
export function versionIn(answer: unknown): number | undefined {
  const version = (answer as KvAnswer | null)?.data?.metadata?.version;
  return typeof version === "number" ? version : undefined;
}

/**
 * The secret in an answer, which is `null` in the file of a secret that was not found.
 *
 * @throws SecretNotFoundError, SecretMalformedError, SecretNotRotatedError
 */
export function secretFromKv(
  answer: unknown,
  place: SecretPlace & { readonly source: SourceName },
  fetchedAt: Date,
): Secret {
  const { data, warnings } = Object(answer) as KvAnswer;
  const version = versionIn(answer);
  if (version !== undefined) {
    const { destroyed, deletion_time: deleted } = data?.metadata ?? {};
    if (data?.data === null && (destroyed || deleted)) {
      throw new SecretNotFoundError(
        place,
        `version ${version} is ${destroyed ? "destroyed" : "deleted"}`,
        destroyed ? "Write it again." : "Undelete it, or write it again.",
      );
    }
    return { fields: fieldsOf(data?.data, place), version: String(version), fetchedAt, source: place.source };
  }
  if (warnings?.length) {
    throw new SecretNotFoundError(
      place,
      "Vault finds nothing and warns of the path",
      "SECRET_VAULT_PATH must be the mount's whole path and then data/.",
    );
  }
  if (data == null) {
    throw new SecretNotFoundError(
      place,
      "Vault has no such secret or version",
      "Check SECRET_VAULT_PATH, VAULT_NAMESPACE and the name.",
    );
  }
  throw new SecretMalformedError(
    place,
    "the answer must have data and metadata; it has not",
    "Check that the mount is of type kv, version 2.",
  );
}
