import { setTimeout as sleep } from "node:timers/promises";
import { callVault, type VaultConnection, VaultRefused } from "./vault-api";

const TIMEOUT_MS = 5 * 60_000;
/** A look is a TLS handshake with each node. */
const PAUSE_MS = 500;

/**
 * Asks until the answer is yes. An error is a no, but for a refusal: that would stay one. The last one is told.
 *
 * @param what as in "waited until …"
 */
export async function until(
  what: string,
  ask: () => Promise<boolean>,
  timeoutMs = TIMEOUT_MS,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      if (await ask()) return;
      last = undefined;
    } catch (error) {
      if (error instanceof VaultRefused && error.status === 403) throw error;
      last = error;
    }
    if (performance.now() > deadline)
      throw new Error(`waited for ${Math.round(timeoutMs / 1000)} s until ${what}, in vain`, { cause: last });
    await sleep(PAUSE_MS);
  }
}

export interface Peer {
  readonly id: string;
  readonly leader: boolean;
  /** Whether raft counts on it. A node that only just joined does not vote. */
  readonly voter: boolean;
  /** Whether it keeps up with the leader. */
  readonly healthy: boolean;
}

/** @param connection to any node, with a token. */
export async function peers(connection: VaultConnection): Promise<readonly Peer[]> {
  const [raft, autopilot] = await Promise.all([
    callVault(connection, "GET", "sys/storage/raft/configuration"),
    callVault(connection, "GET", "sys/storage/raft/autopilot/state"),
  ]);
  const { config } = raft.data as {
    config: { servers: readonly { node_id: string; leader: boolean; voter: boolean }[] };
  };
  const { servers } = autopilot.data as { servers: Record<string, { id: string; healthy: boolean }> };
  const healthy = Object.values(servers).flatMap((server) => (server.healthy ? [server.id] : []));
  return config.servers.map(({ node_id: id, leader, voter }) => ({
    id,
    leader,
    voter,
    healthy: healthy.includes(id),
  }));
}

/** Before so many nodes vote, the loss of another one could be the loss of all. */
export async function waitForVoters(connection: VaultConnection, count: number): Promise<void> {
  await until(`${count} nodes vote`, async () => {
    const voters = (await peers(connection)).filter(({ healthy, voter }) => healthy && voter);
    return voters.length >= count;
  });
}
