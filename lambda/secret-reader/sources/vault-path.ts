import { type Environment, required } from "../environment";

/**
 * The path in Vault's API below which the secrets are, for example `kv/data/secrets-dev/`.
 *
 * @throws Error if it cannot be the path of secrets in a KV version 2 mount.
 */
export function vaultPathOf(environment: Environment): string {
  const variable = "SECRET_VAULT_PATH";
  const path = required(environment, variable, "say where secrets are in Vault");
  if (/^(v1)?\//.test(path)) {
    throw new Error(`${variable} must begin with a mount, got ${JSON.stringify(path)}; leave v1 and / away`);
  }
  if (!path.includes("/data/")) {
    throw new Error(
      `${variable} must contain /data/, got ${JSON.stringify(path)}; Vault's API has the secrets of a KV version 2 mount ` +
        "below <mount>/data/, for example kv/data/secrets-dev/, though `vault kv get` leaves it out",
    );
  }
  return path;
}
