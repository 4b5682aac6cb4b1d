import { SecretError, SecretUnavailableError } from "./errors";
import type { Secret, SecretSource, SecretVersion } from "./secret";

/**
 * Asks the sources in turn. Only an outage is passed over: no connection, no answer in time, an extension or a mount
 * that is not ready yet, throttling, a fault of the service. That the secret is missing, denied, malformed or refused
 * in any other way is an answer, and another store's copy must not hide it.
 *
 * @throws SecretUnavailableError with the message of each, if more than one was asked: what the first would have
 * answered is not known.
 */
export async function fetchFromFirstAvailable(
  sources: readonly SecretSource[],
  name: string,
  version: SecretVersion,
): Promise<Secret> {
  const failures: SecretError[] = [];
  for (const source of sources) {
    try {
      return await source.fetch(name, version);
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      failures.push(error);
      if (!(error instanceof SecretUnavailableError)) break;
    }
  }
  const [first, ...others] = failures;
  if (first && others.length === 0) throw first;
  throw new SecretUnavailableError(
    { source: failures.map(({ source }) => source).join(", "), secretId: name },
    `no source gave it: ${failures.map(({ message }, index) => `(${index + 1}) ${message}`).join(" ")}`,
    "Repair the first.",
  );
}
