import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { HEALTH_CHECK } from "../../constructs/vault/server/node/vault-node";
import { askVault, type VaultConnection } from "../../scripts/vault/vault-api";

interface Target {
  readonly node: VaultConnection;
  healthy: boolean;
  /** Checks in a row that said otherwise. */
  contrary: number;
}

/**
 * In the place of the network load balancer: passes TCP on to nodes that its health check finds well, as often and as
 * soon as it was told. Where none is well, to any (Elastic Load Balancing User Guide, "Health checks for Network Load
 * Balancer target groups").
 */
export class Balancer {
  private readonly sockets = new Set<Socket>();
  private readonly timer: NodeJS.Timeout;
  private turn = 0;

  private constructor(
    private readonly targets: readonly Target[],
    private readonly server: Server,
  ) {
    server.on("connection", (client) => this.pass(client));
    this.timer = setInterval(() => void this.check(), HEALTH_CHECK.interval * 1000);
    this.timer.unref();
  }

  static async start(nodes: readonly VaultConnection[]): Promise<Balancer> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const targets = nodes.map((node) => ({ node, healthy: true, contrary: 0 }));
    return new Balancer(targets, server);
  }

  /** `https://host:port` */
  get address(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Whether no new connection goes to a node. */
  leavesOut(node: VaultConnection): boolean {
    return this.targets.some((target) => target.node === node && !target.healthy);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    const closed = once(this.server, "close");
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private pass(client: Socket): void {
    const healthy = this.targets.filter((target) => target.healthy);
    const choice = healthy.length > 0 ? healthy : this.targets;
    const { hostname, port } = new URL(choice[this.turn++ % choice.length]?.node.address ?? "");
    const node = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, node],
      [node, client],
    ] as const) {
      this.sockets.add(one);
      one.pipe(other);
      one.once("error", () => other.destroy());
      one.once("close", () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }

  private async check(): Promise<void> {
    await Promise.all(
      this.targets.map(async (target) => {
        const { path, timeout, healthyThreshold, unhealthyThreshold } = HEALTH_CHECK;
        const quick = { ...target.node, timeoutMs: timeout * 1000 };
        const isWell = await askVault(quick, "GET", path.replace("/v1/", "")).then(
          ({ status }) => status === 200,
          () => false,
        );
        target.contrary = isWell === target.healthy ? 0 : target.contrary + 1;
        if (target.contrary < (isWell ? healthyThreshold : unhealthyThreshold)) return;
        target.healthy = isWell;
        target.contrary = 0;
      }),
    );
  }
}
