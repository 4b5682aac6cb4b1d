import { setTimeout as sleep } from "node:timers/promises";
import { callVault, type VaultConnection } from "../../../../scripts/vault/vault-api";
import { until } from "../../../../scripts/vault/waiting";
import { waitForActive } from "../../../../testbed/vault/active-node";

const PAUSE_MS = 150;
type Call = "read" | "write";

/** Writes and reads all the time, each call at the next node, as behind a balancer that knows nothing. */
export class KeyValueClient {
  private readonly acknowledged: string[] = [];
  private readonly succeeded: Record<Call, { began: number; ended: number }[]> = { read: [], write: [] };
  readonly failures: string[] = [];
  private running?: Promise<unknown>;
  private stopping = false;
  private attempts = 0;
  private turn = 0;

  private constructor(
    private readonly nodes: readonly VaultConnection[],
    private readonly token: string,
  ) {}

  /** Makes a KV mount and a token for it. */
  static async of(nodes: readonly VaultConnection[], operator: VaultConnection): Promise<KeyValueClient> {
    await callVault(operator, "POST", "sys/mounts/kv", { type: "kv", options: { version: "2" } });
    const policy = 'path "kv/*" { capabilities = ["create", "read", "update", "list"] }';
    await callVault(operator, "POST", "sys/policies/acl/client", { policy });
    const { auth } = await callVault(operator, "POST", "auth/token/create", {
      policies: ["client"],
      ttl: "6h",
      no_parent: true,
    });
    const client = new KeyValueClient(nodes, (auth as { client_token: string }).client_token);
    await until("the new mount takes writes", async () => {
      await client.write();
      return true;
    });
    return client;
  }

  get writes(): number {
    return this.succeeded.write.length;
  }

  start(): void {
    this.stopping = false;
    this.running = Promise.all([this.repeat(() => this.write()), this.repeat(() => this.read())]);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  /** Until both reads and writes succeed that begin from now on. */
  async steady(): Promise<void> {
    const now = performance.now();
    const enough = (call: Call) => this.succeeded[call].filter(({ began }) => began > now).length > 5;
    await until("reads and writes succeed", async () => enough("read") && enough("write"));
  }

  /** When the first call of a kind succeeded that began after a time. */
  first(call: Call, after: number): number {
    return this.succeeded[call].find(({ began }) => began > after)?.ended ?? Number.NaN;
  }

  /**
   * Acknowledged writes that the leader does not have. Each write has a key of its own: one without an answer may come
   * through late, and would overwrite a later one.
   */
  async lost(): Promise<readonly string[]> {
    const leader = { ...(await waitForActive(this.nodes)), token: this.token };
    const { data } = await callVault(leader, "LIST", "kv/metadata");
    const kept = new Set((data as { keys: readonly string[] }).keys);
    return this.acknowledged.filter((key) => !kept.has(key));
  }

  private async repeat(call: () => Promise<void>): Promise<void> {
    while (!this.stopping) {
      await call().catch((error) => this.failures.push((error as Error).message));
      await sleep(PAUSE_MS);
    }
  }

  private async write(): Promise<void> {
    const key = `key-${++this.attempts}`;
    const began = performance.now();
    await callVault(this.node(), "POST", `kv/data/${key}`, { data: { key } });
    this.acknowledged.push(key);
    this.succeeded.write.push({ began, ended: performance.now() });
  }

  private async read(): Promise<void> {
    const began = performance.now();
    await callVault(this.node(), "GET", "kv/data/key-1");
    this.succeeded.read.push({ began, ended: performance.now() });
  }

  private node(): VaultConnection {
    const node = this.nodes[this.turn++ % this.nodes.length] as VaultConnection;
    return { ...node, token: this.token, timeoutMs: 3_000 };
  }
}
