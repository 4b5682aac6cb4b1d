import type { ReachedNode } from "./deployed-server";
import { askVault, type VaultConnection } from "./vault-api";
import { until } from "./waiting";

const ACTIVE = 200;

/** A node, and the id of the server that it is of: empty as long as it has not joined one, or does not answer. */
export interface Belonging {
  readonly id: string;
  readonly clusterId: string;
}

/**
 * What is wrong where nodes are of several servers: before a node has joined the others, whoever reaches it can
 * initialise it. Nobody may log in then, as a login that one server gets may be used at another.
 */
export function severalServers(nodes: readonly Belonging[]): string | undefined {
  const clusters = [...new Set(nodes.map(({ clusterId }) => clusterId))].filter((id) => id !== "");
  if (clusters.length < 2) return undefined;
  const groups = clusters.map((cluster) => {
    const ids = nodes.filter(({ clusterId }) => clusterId === cluster).map(({ id }) => id);
    return `${ids.join(" and ")} of ${cluster}`;
  });
  return (
    `all nodes must be of one server, and are not: ${groups.join(", ")}. Somebody initialised a node before it had ` +
    "joined the others. Yours is the server of node-1, or that with your data. Of all nodes of another one, end the " +
    'machine and the volume, and deploy: docs/vault-server-operations.md, "A node that is not of the server"'
  );
}

/**
 * The node that leads; undefined while none does, or two still say that they do. Who leads and which servers there are
 * comes from the same answers: a node cannot be silent about the one and then take the login.
 *
 * @throws Error where nodes are of several servers
 */
export async function leaderOf(nodes: readonly ReachedNode[]): Promise<VaultConnection | undefined> {
  const answers = nodes.map(async ({ id, connection }) => {
    const answer = await askVault(connection, "GET", "sys/health").catch(() => undefined);
    return { id, connection, status: answer?.status, clusterId: String(answer?.body?.cluster_id ?? "") };
  });
  const states = await Promise.all(answers);
  const wrong = severalServers(states);
  if (wrong) throw new Error(wrong);
  const leaders = states.filter(({ status, clusterId }) => status === ACTIVE && clusterId !== "");
  return leaders.length === 1 ? leaders[0]?.connection : undefined;
}

/** Waits until a node leads, but not where nodes are of several servers. */
export async function leading(nodes: readonly ReachedNode[]): Promise<VaultConnection> {
  const look = async () => ({ active: await leaderOf(nodes) });
  let found: { readonly active?: VaultConnection; readonly error?: unknown } = {};
  await until("a node leads", async () => {
    found = await look().catch((error: unknown) => ({ error }));
    return found.active !== undefined || found.error !== undefined;
  });
  if (!found.active) throw found.error;
  return found.active;
}
