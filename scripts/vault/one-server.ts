import type { ReachedNode } from "./deployed-server";
import { askVault } from "./vault-api";

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

export async function refuseSeveralServers(nodes: readonly ReachedNode[]): Promise<void> {
  const belonging = nodes.map(async ({ id, connection }) => {
    const answer = await askVault(connection, "GET", "sys/health").catch(() => undefined);
    return { id, clusterId: String(answer?.body?.cluster_id ?? "") };
  });
  const wrong = severalServers(await Promise.all(belonging));
  if (wrong) throw new Error(wrong);
}
