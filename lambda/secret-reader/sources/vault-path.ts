import { VARIABLE } from "../contract/variables";
import { type Environment, required } from "../environment";
import { wrongValue } from "../wrong-value";

/**
 * The path in Vault's API below which the secrets are, for example `kv/data/secrets-dev/`.
 *
 * @throws Error if it cannot be the path of secrets in a KV version 2 mount.
 */
export function vaultPathOf(environment: Environment): string {
  const path = required(environment, VARIABLE.vaultPath, "say where secrets are in Vault");
  if (/^(v1)?\//.test(path) || !path.includes("/data/")) {
    throw wrongValue(
      `${VARIABLE.vaultPath} must begin with a mount and contain /data/`,
      path,
      "write it like kv/data/secrets-dev/, without v1, and with data, which `vault kv get` leaves out",
    );
  }
  return path;
}
