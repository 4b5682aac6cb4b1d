import { isCredentialRefusal } from "./refused";
import type { Secret, SecretSource } from "./secret";
import { SecretCache } from "./secret-cache";
import { SecretsManagerSource } from "./secrets-manager-source";

export * from "./errors";
export type { Secret } from "./secret";

const TIME_TO_LIVE_MILLISECONDS = 300_000;

export interface ReadOptions {
  /**
   * Fetch again even if the cached secret is fresh.
   *
   * @default false
   */
  readonly refresh?: boolean;
}

const source: SecretSource = new SecretsManagerSource();
const cache = new SecretCache(TIME_TO_LIVE_MILLISECONDS);

/**
 * The current fields of the secret that the environment calls `name`, from the cache if it was read in the last five
 * minutes.
 *
 * @throws SecretNotFoundError, SecretAccessDeniedError, SecretUnavailableError, SecretMalformedError
 */
export async function readSecret(name: string, { refresh = false }: ReadOptions = {}): Promise<Secret> {
  const secretId = `${prefix()}${name}`;
  return cache.get(secretId, () => source.fetch(secretId), refresh);
}

/**
 * Uses a secret. If the database refuses its credentials, which is what a rotation looks like to a client that holds
 * the previous password, the secret is fetched again and used once more.
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
    return use(await readSecret(name, { refresh: true }));
  }
}

function prefix(): string {
  const value = process.env.SECRET_PREFIX;
  if (!value) throw new Error("SECRET_PREFIX must say where secrets are, got nothing; grantRead sets it");
  return value;
}
