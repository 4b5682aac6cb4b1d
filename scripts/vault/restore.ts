import { callVault, type VaultConnection } from "./vault-api";
import { waitForActive } from "./waiting";

export interface RestoreOptions {
  readonly nodes: readonly VaultConnection[];
  /** Logs in as an operator; gives the token. */
  readonly logIn: (active: VaultConnection) => Promise<string>;
  readonly snapshot: Uint8Array;
  /** Whether the snapshot may be of another cluster, which has the same seal. */
  readonly force: boolean;
}

/**
 * Puts a snapshot in the place of all data, logins and recovery shares included, and waits until a node leads again.
 * Source: Vault API documentation, `/sys/storage/raft/snapshot` and `/sys/storage/raft/snapshot-force`.
 */
export async function restore({ nodes, logIn, snapshot, force }: RestoreOptions): Promise<void> {
  const active = await waitForActive(nodes);
  const operator = { ...active, token: await logIn(active), timeoutMs: 10 * 60_000 };
  await callVault(operator, "POST", `sys/storage/raft/snapshot${force ? "-force" : ""}`, snapshot);
  await waitForActive(nodes);
}
