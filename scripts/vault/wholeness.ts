import type { ReachedNode } from "./deployed-server";
import { leaderOf } from "./one-server";
import { askVault, callVault, type VaultConnection } from "./vault-api";
import { peers, until } from "./waiting";

export interface WholenessOptions {
  /** Of every node. */
  readonly ids: readonly string[];
  /** Reaches the nodes as they are now, for as long as the work takes. */
  readonly reach: <T>(work: (nodes: readonly ReachedNode[]) => Promise<T>) => Promise<T>;
  /** Logs in as an operator; gives the token. */
  readonly logIn: (active: VaultConnection) => Promise<string>;
}

/** For a machine to start, and a large set of data to arrive. */
const TIMEOUT_MS = 30 * 60_000;
/** For entries that were made just now, by the login for example. */
const FOLLOW_MS = 5_000;

/** Waits until every node is unsealed, votes and keeps up; gives the one that leads. */
export async function wholeAgain({ ids, reach, logIn }: WholenessOptions): Promise<string> {
  let leader = "";
  const look = async (nodes: readonly ReachedNode[]): Promise<boolean> => {
    const connections = nodes.map(({ connection }) => connection);
    // Of each node itself, here and below: for a while, raft also counts on one that has just gone.
    const answers = await Promise.all(connections.map((node) => askVault(node, "GET", "sys/health")));
    const active = await leaderOf(nodes);
    if (!active || answers.some(({ status }) => status !== 200 && status !== 429)) return false;
    const known = await peers({ ...active, token: await logIn(active) });
    leader = known.find((peer) => peer.leader)?.id ?? "";
    if (!ids.every((id) => known.some((peer) => peer.id === id && peer.voter && peer.healthy))) return false;
    const entry = await appliedEntry(active);
    const followed = async () =>
      (await Promise.all(connections.map(appliedEntry))).every((one) => one >= entry);
    await until("every node has the leader's last entry", followed, FOLLOW_MS);
    return true;
  };
  await until("every node is unsealed and votes", async () => await reach(look), TIMEOUT_MS);
  return leader;
}

/** Number of the last entry of raft's log that the node itself has. */
async function appliedEntry(node: VaultConnection): Promise<number> {
  const { raft_applied_index: index } = await callVault(node, "GET", "sys/leader");
  return Number(index);
}
