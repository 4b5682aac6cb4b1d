import { fetchFromFirstAvailable } from "./first-available";
import { isCredentialRefusal } from "./refused";
import type { Secret, SecretCapabilities, SecretVersion } from "./secret";
import { SecretCache } from "./secret-cache";
import { checkName } from "./secret-name";
import { sourcesFrom } from "./source-registry";

export type { SourceName } from "./contract/source-names";
export * from "./errors";
export type { Secret, SecretCapabilities, SecretVersion } from "./secret";

const TIME_TO_LIVE_MILLISECONDS = 300_000;
/** Short, so that the primary is asked again soon. */
const TIME_TO_LIVE_OF_FALLBACK_MILLISECONDS = 30_000;
/** Longer than it takes Vault to have another leader, or to replace a node. */
const OUTAGE_MILLISECONDS = 300_000;
/** A fetch that gets no answer takes five seconds of an invocation. */
const RETRY_MILLISECONDS = 30_000;

const REFETCH_AFTER_MILLISECONDS = [0, 500, 1_500];

export interface ReadOptions {
  /**
   * Fetch again even if the cached secret is fresh.
   *
   * @default false
   */
  readonly refresh?: boolean;
  /** @default "current" */
  readonly version?: SecretVersion;
}

let configured: ReturnType<typeof sourcesFrom> | undefined;
const cache = new SecretCache({
  timeToLiveMilliseconds: ({ source }) =>
    source === sources()[0].name ? TIME_TO_LIVE_MILLISECONDS : TIME_TO_LIVE_OF_FALLBACK_MILLISECONDS,
  outageMilliseconds: OUTAGE_MILLISECONDS,
  retryMilliseconds: RETRY_MILLISECONDS,
});

/**
 * The fields of the secret that the environment calls `name`, from the cache if it was read in the last five minutes,
 * or in the last ten while its store does not answer. Where it is read from is the function's environment alone:
 * SECRET_SOURCES and what its sources need.
 *
 * @throws SecretNotFoundError, SecretAccessDeniedError, SecretUnavailableError, SecretMalformedError,
 * SecretNotRotatedError, SecretUnsupportedError, SecretUnexpectedError; Error if the environment or the name is wrong.
 */
export async function readSecret(
  name: string,
  { refresh = false, version = "current" }: ReadOptions = {},
): Promise<Secret> {
  return cache.get(
    `${version} ${name}`,
    async () => fetchFromFirstAvailable(sources(), checkName(name), version),
    refresh,
  );
}

/**
 * Uses a secret. If the database refuses its credentials, which is what a rotation looks like to a client that holds
 * the previous password, the secret is fetched again, for two seconds at most, until it is another one, and used once
 * more. It can be behind the database for that long: between the steps of a single-user rotation.
 *
 * @throws what `use` or {@link readSecret} throws.
 */
export async function withSecret<Result>(
  name: string,
  use: (secret: Secret) => Promise<Result>,
): Promise<Result> {
  const known = await readSecret(name);
  try {
    return await use(known);
  } catch (error) {
    if (!isCredentialRefusal(error)) throw error;
    for (const delay of sources()[0].capabilities.refresh ? REFETCH_AFTER_MILLISECONDS : [0]) {
      await new Promise((resolve) => setTimeout(resolve, delay));
      const fresh = await readSecret(name, { refresh: true });
      // The same credentials would be refused again, and a database may lock the user for that.
      if (fresh.source !== known.source || fresh.version !== known.version) return use(fresh);
    }
    throw error;
  }
}

/** What the primary source can do. @throws Error if the environment is wrong. */
export function secretCapabilities(): SecretCapabilities {
  return sources()[0].capabilities;
}

function sources(): ReturnType<typeof sourcesFrom> {
  configured ??= sourcesFrom(process.env);
  return configured;
}
