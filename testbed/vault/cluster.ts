import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { type NodeFile, nodeFiles } from "../../constructs/vault/server/node/node-files";
import { VAULT_PORT, type VaultNodeProps } from "../../constructs/vault/server/node/vault-node";
import type { ReachedNode } from "../../scripts/vault/deployed-server";
import type { VaultConnection } from "../../scripts/vault/vault-api";
import { SandboxNode } from "./sandbox-node";
import type { VaultTools } from "./tools";

/** A node as this machine can have one: all of 127.0.0.0/8 is here, with Linux. */
export interface ClusterNode {
  readonly id: string;
  readonly address: string;
  readonly files: readonly NodeFile[];
}

export interface ClusterOptions {
  readonly directory: string;
  readonly tools: VaultTools;
  readonly nodes: readonly ClusterNode[];
  /** For the nodes' scripts and the server: credentials of AWS. */
  readonly environment: NodeJS.ProcessEnv;
  /** Name that the server's certificate is for. */
  readonly hostName: string;
  /** PEM of the authority that signed it. */
  readonly authorityPem: string;
  /** @default - of `tools` */
  readonly server?: string;
  /** Its plugins, as files. @default - none are baked */
  readonly plugins?: readonly string[];
}

/** Nodes of a server on loopback, as user data makes them on machines of their own. */
export class Cluster {
  readonly nodes: readonly SandboxNode[];
  /** To each node, in the same order. */
  readonly connections: readonly VaultConnection[];
  /** The same, as our commands reach them. */
  readonly reached: readonly ReachedNode[];
  private readonly authorities: { caPem: string }[];

  constructor({
    directory,
    tools,
    nodes,
    environment,
    hostName,
    authorityPem,
    server,
    plugins,
  }: ClusterOptions) {
    this.nodes = nodes.map(
      ({ id, files }) =>
        new SandboxNode({
          files,
          root: join(directory, id),
          server: server ?? tools.server,
          plugins,
          awsCli: tools.awsCli,
          environment,
        }),
    );
    const connections = nodes.map(({ address }) => ({
      address: `https://${address}:${VAULT_PORT}`,
      caPem: authorityPem,
      serverName: hostName,
    }));
    this.connections = connections;
    this.reached = connections.map((connection, index) => ({ id: nodes[index]?.id ?? "", connection }));
    this.authorities = connections;
  }

  /** Has whoever uses the connections trust other authorities, PEM, from the next call on. */
  trust(authorityPem: string): void {
    for (const connection of this.authorities) connection.caPem = authorityPem;
  }

  async start(): Promise<void> {
    await Promise.all(this.nodes.filter(({ running }) => !running).map((node) => node.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}

/** Addresses that no other cluster of this machine is likely to have. */
export function loopbackAddresses(count: number): readonly string[] {
  const network = `127.${randomInt(1, 255)}.${randomInt(0, 255)}`;
  return Array.from({ length: count }, (_, index) => `${network}.${index + 1}`);
}

/**
 * Nodes on loopback.
 *
 * @param props everything but what is decided here; what is for the first node alone goes to no other
 * @param seal where the server has no seal `awskms`
 */
export function renderedNodes(
  props: Omit<VaultNodeProps, "nodeId" | "address" | "addresses">,
  seal?: object,
  count = 3,
): readonly ClusterNode[] {
  const addresses = loopbackAddresses(count);
  return addresses.map((address, index) => {
    const id = `node-${index + 1}`;
    const { selfInitialisation: first, ...common } = props;
    const selfInitialisation = index === 0 ? first : undefined;
    const files = nodeFiles({ ...common, nodeId: id, address, addresses, selfInitialisation });
    return { id, address, files: seal ? files.map((file) => sealedWith(seal, file)) : files };
  });
}

/** For a server that has no other. */
export function staticSeal(): object {
  return { static: { current_key_id: "test", current_key: randomBytes(32).toString("base64") } };
}

function sealedWith(seal: object, file: NodeFile): NodeFile {
  if (!file.path.endsWith("/server.json")) return file;
  return { ...file, content: JSON.stringify({ ...JSON.parse(file.content), seal }) };
}
