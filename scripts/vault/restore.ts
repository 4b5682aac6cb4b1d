import { askVault, callVault, type VaultConnection } from "./vault-api";
import { until, waitForActive } from "./waiting";

export interface RestoreOptions {
  readonly nodes: readonly VaultConnection[];
  /** Logs in as an operator; gives the token. */
  readonly logIn: (active: VaultConnection) => Promise<string>;
  readonly snapshot: Uint8Array;
}

/** For a large set of data. */
const TIMEOUT_MS = 10 * 60_000;

/**
 * Puts a snapshot in the place of all data, logins and recovery shares included, and waits until a node leads with it.
 * A snapshot of another key is refused. `snapshot-force` would take it, and leave a server that cannot unseal.
 * Source: Vault API documentation, `/sys/storage/raft/snapshot`.
 */
export async function restore({ nodes, logIn, snapshot }: RestoreOptions): Promise<void> {
  const active = await waitForActive(nodes);
  const operator = { ...active, token: await logIn(active) };
  await callVault({ ...operator, timeoutMs: TIMEOUT_MS }, "POST", "sys/storage/raft/snapshot", snapshot);
  // It answers before it begins. The snapshot does not have this token, which is newer.
  const isGone = async () => (await askVault(operator, "GET", "auth/token/lookup-self")).status === 403;
  await until("the snapshot is in place", isGone, TIMEOUT_MS);
  await waitForActive(nodes);
}
