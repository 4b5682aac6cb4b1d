import type { CreatedVaultSettings, Environment } from "../environment";
import { VAULT_PORT } from "../vault/server/node/vault-node";

/** Where functions find Vault: `https://host` or `https://host:port`; undefined without a section `vault`. */
export function vaultAddress({
  vault,
  namePrefix,
}: Pick<Environment, "vault" | "namePrefix">): URL | undefined {
  if (!vault) return undefined;
  const { server } = vault;
  if (server.kind === "adopted") return new URL(server.address);
  return new URL(`https://${server.hostname ?? `vault.${namePrefix}.internal`}:${VAULT_PORT}`);
}

/** The settings of a server that the environment makes; undefined where it makes none. */
export function createdVault({ vault, backends }: Environment): CreatedVaultSettings | undefined {
  return backends.includes("vault") && vault?.server.kind === "created" ? vault.server : undefined;
}
