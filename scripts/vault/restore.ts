import { leading } from "./one-server";
import { askVault, callVault } from "./vault-api";
import { until } from "./waiting";
import { type WholenessOptions, wholeAgain } from "./wholeness";

export interface RestoreOptions extends WholenessOptions {
  readonly snapshot: Uint8Array;
  /** Starts all nodes anew, once all are stopped. */
  readonly restart: () => Promise<void>;
}

/** For a large set of data. */
const TIMEOUT_MS = 10 * 60_000;

/**
 * Puts a snapshot in the place of all data, logins and recovery shares included, and restarts the nodes. In their
 * memory they have keys of before, also those of their connections: one that restarted alone would find no leader.
 * A snapshot of another seal key is refused. `snapshot-force` would take it, and leave a server that cannot unseal.
 * Source: Vault API documentation, `/sys/storage/raft/snapshot`.
 */
export async function restore(options: RestoreOptions): Promise<void> {
  const { reach, logIn, snapshot, restart } = options;
  await reach(async (nodes) => {
    const active = await leading(nodes);
    const operator = { ...active, token: await logIn(active) };
    await callVault({ ...operator, timeoutMs: TIMEOUT_MS }, "POST", "sys/storage/raft/snapshot", snapshot);
    // It answers before it begins. The snapshot does not have this token, which is newer.
    const isGone = async () => (await askVault(operator, "GET", "auth/token/lookup-self")).status === 403;
    await until("the snapshot is in place", isGone, TIMEOUT_MS);
  });
  await restart();
  await wholeAgain(options);
}
