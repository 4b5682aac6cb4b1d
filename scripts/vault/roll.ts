import type { ReachedNode } from "./deployed-server";
import { askVault, callVault, type VaultConnection } from "./vault-api";
import { findActive, peers, until } from "./waiting";

export interface RollOptions {
  /** Of every node. */
  readonly ids: readonly string[];
  /** Reaches the nodes as they are now, for as long as the work takes. */
  readonly reach: <T>(work: (nodes: readonly ReachedNode[]) => Promise<T>) => Promise<T>;
  /** Logs in as an operator; gives the token. */
  readonly logIn: (active: VaultConnection) => Promise<string>;
  /** Makes a new machine of a node, with its data. */
  readonly replace: (id: string) => Promise<void>;
  readonly say: (line: string) => void;
}

/** For a machine to start, and a large set of data to arrive. */
const TIMEOUT_MS = 30 * 60_000;

/**
 * Replaces one node after the other, the leader last, and each time waits until all vote. So a server of three never
 * has less than two of them, and changes its leader once.
 */
export async function roll(options: RollOptions): Promise<void> {
  const { ids, replace, say } = options;
  const leader = await wholeAgain(options);
  for (const id of [...ids.filter((other) => other !== leader), leader]) {
    if (id === leader && ids.length > 1) {
      await stepDown(options);
      await wholeAgain(options);
      say(`${id} gave up the lead.`);
    }
    await replace(id);
    await wholeAgain(options);
    say(`${id} was replaced, and votes.`);
  }
}

/** Waits until every node is unsealed, votes and keeps up; gives the one that leads. */
async function wholeAgain({ ids, reach, logIn }: RollOptions): Promise<string> {
  let leader = "";
  const look = async (nodes: readonly ReachedNode[]): Promise<boolean> => {
    const connections = nodes.map(({ connection }) => connection);
    // Of each node itself: for a while, raft also counts on one that has just gone.
    const answers = await Promise.all(connections.map((node) => askVault(node, "GET", "sys/health")));
    const active = await findActive(connections);
    if (!active || answers.some(({ status }) => status !== 200 && status !== 429)) return false;
    const known = await peers({ ...active, token: await logIn(active) });
    leader = known.find((peer) => peer.leader)?.id ?? "";
    return ids.every((id) => known.some((peer) => peer.id === id && peer.voter && peer.healthy));
  };
  await until("every node is unsealed and votes", async () => await reach(look), TIMEOUT_MS);
  return leader;
}

async function stepDown({ reach, logIn }: RollOptions): Promise<void> {
  await reach(async (nodes) => {
    const active = await findActive(nodes.map(({ connection }) => connection));
    if (active) await callVault({ ...active, token: await logIn(active) }, "PUT", "sys/step-down");
  });
}
