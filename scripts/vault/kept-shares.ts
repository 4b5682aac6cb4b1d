import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { VaultSoftware } from "../../constructs/vault/server/node/vault-node";
import type { Recovery } from "./initialise";
import { type JsonSecret, tagsOfSecret } from "./json-secret";
import { askVault, type VaultConnection } from "./vault-api";

/** Tag of the secret with the recovery shares: id of the server whose they are, for whoever may not read them. */
const TAG = "vault-cluster-id";

export interface KeptSharesOptions {
  readonly secretsManager: SecretsManagerClient;
  /** Name of the secret with the shares. */
  readonly secret: string;
  readonly software: VaultSoftware;
}

/** To be called once `vault:init` has nothing left to do: a run that was stopped has not come so far. */
export async function confirmKept(recovery: JsonSecret<Recovery>, active: VaultConnection): Promise<void> {
  if ((await recovery.read())?.state !== "ready") return;
  const { body } = await askVault(active, "GET", "sys/health");
  await recovery.tag(TAG, String(body?.cluster_id));
}

/**
 * Whether a run of `vault:init` has come to its end, as far as that server goes. A Vault without the secret was
 * initialised by somebody in his own way, who has the shares; OpenBao is there before anybody did anything.
 */
export async function sharesAreKept(
  { secretsManager, secret, software }: KeptSharesOptions,
  clusterId: string,
): Promise<boolean> {
  const tags = await tagsOfSecret(secretsManager, secret);
  return tags ? tags[TAG] === clusterId : software === "vault";
}
