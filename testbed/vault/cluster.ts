import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { type NodeFile, nodeFiles } from "../../constructs/vault/server/node/node-files";
import type { VaultNodeProps } from "../../constructs/vault/server/node/vault-node";
import { VAULT_PORT } from "../../constructs/vault/server/node/vault-node";
import type { VaultConnection } from "../../scripts/vault/vault-api";
import { SandboxNode } from "./sandbox-node";
import type { VaultTools } from "./tools";

export interface ClusterOptions {
  readonly directory: string;
  readonly tools: VaultTools;
  /** Everything but what the cluster itself decides. */
  readonly props: Omit<VaultNodeProps, "nodeId" | "address" | "addresses">;
  /** For the nodes' scripts: credentials of AWS. */
  readonly environment: NodeJS.ProcessEnv;
  /** PEM of the authority that signed the server's certificate. */
  readonly authorityPem: string;
  /** @default 3 */
  readonly nodes?: number;
  /** Where the server has no seal `awskms`. @default - that one */
  readonly seal?: object;
  /** @default - of `tools` */
  readonly server?: string;
}

/** Nodes of a server on loopback, as user data makes them on machines of their own. Linux: all of 127.0.0.0/8 is here. */
export class Cluster {
  readonly nodes: readonly SandboxNode[];
  /** To each node, in the same order. */
  readonly connections: readonly VaultConnection[];

  constructor(options: ClusterOptions) {
    const { directory, tools, props, environment, authorityPem, nodes: count = 3, seal } = options;
    const network = `127.${randomInt(1, 255)}.${randomInt(0, 255)}`;
    const addresses = Array.from({ length: count }, (_, index) => `${network}.${index + 1}`);
    this.nodes = addresses.map(
      (address, index) =>
        new SandboxNode({
          files: nodeFiles({ ...props, nodeId: `node-${index + 1}`, address, addresses }).map((file) =>
            seal ? sealedWith(seal, file) : file,
          ),
          root: join(directory, `node-${index + 1}`),
          server: options.server ?? tools.server,
          python: tools.python,
          environment,
        }),
    );
    this.connections = addresses.map((address) => ({
      address: `https://${address}:${VAULT_PORT}`,
      caPem: authorityPem,
      serverName: props.hostName,
    }));
  }

  async start(): Promise<void> {
    await Promise.all(this.nodes.filter(({ running }) => !running).map((node) => node.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}

/** For a server that has no other. */
export function staticSeal(): object {
  return { static: { current_key_id: "test", current_key: randomBytes(32).toString("base64") } };
}

function sealedWith(seal: object, file: NodeFile): NodeFile {
  if (!file.path.endsWith("/server.json")) return file;
  return { ...file, content: JSON.stringify({ ...JSON.parse(file.content), seal }) };
}
