import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Recovery } from "./initialise";
import { type JsonSecret, tagsOfSecret } from "./json-secret";
import { callVault, type VaultConnection } from "./vault-api";

/**
 * Tag of the secret with the recovery shares, for whoever may not read them: the ids of the servers whose shares were
 * kept, the newest last. A restore brings a former one back.
 */
const TAG = "vault-cluster-id";
/** A tag's value has 256 characters at most, and an id has 36. */
const MOST_IDS = 6;

export interface KeptSharesOptions {
  readonly secretsManager: SecretsManagerClient;
  /** Name of the secret with the shares. */
  readonly secret: string;
}

/** To be called once `vault:init` has nothing left to do: a run that was stopped has not come so far. */
export async function confirmKept(recovery: JsonSecret<Recovery>, active: VaultConnection): Promise<void> {
  if ((await recovery.read())?.state !== "ready") return;
  const id = await idOf(active);
  const known = idsIn(await recovery.tags());
  if (!known.includes(id)) await recovery.tag(TAG, [...known, id].slice(-MOST_IDS).join(" "));
}

/**
 * Before `vault:init` is content with a server for which it has done nothing.
 *
 * @throws Error if shares of other servers were kept, and none of this one
 */
export async function refuseUnknown(recovery: JsonSecret<Recovery>, active: VaultConnection): Promise<void> {
  const id = await idOf(active);
  const known = idsIn(await recovery.tags());
  if (known.length === 0 || known.includes(id)) return;
  throw new Error(
    `the server must be one whose recovery shares are in ${recovery.name} (${known.join(", ")}), and is ${id}: ` +
      "somebody else initialised it. End all its machines and volumes, deploy, and run npm run vault:init -- --again",
  );
}

/** Whether a run of `vault:init` has come to its end for that server. */
export async function sharesAreKept(
  { secretsManager, secret }: KeptSharesOptions,
  clusterId: string,
): Promise<boolean> {
  return idsIn(await tagsOfSecret(secretsManager, secret)).includes(clusterId);
}

function idsIn(tags: Readonly<Record<string, string>> = {}): readonly string[] {
  return (tags[TAG] ?? "").split(" ").filter((id) => id !== "");
}

async function idOf(active: VaultConnection): Promise<string> {
  const { cluster_id: id } = await callVault(active, "GET", "sys/health");
  if (typeof id !== "string" || id === "")
    throw new Error(`${active.address} must say which server it is of`);
  return id;
}
