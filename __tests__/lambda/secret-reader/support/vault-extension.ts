import { type Answer, LoopbackServer, type Seen } from "./loopback-server";

type Version = { data: unknown; state: "written" | "deleted" | "destroyed" };

/**
 * The proxy of the Vault Lambda Extension with a Vault behind it, as far as reading a KV version 2 mount goes: the
 * extension's cache (by path and headers, on for every request), Vault's answers and the plain texts of the extension.
 */
export class VaultExtension {
  /** Requests that got past the extension's cache. */
  reachedVault: Seen[] = [];
  private readonly secrets = new Map<string, Version[]>();
  private readonly cache = new Map<string, Answer>();
  private told: Answer | undefined;

  private constructor(
    private readonly server: LoopbackServer,
    private readonly namespace: string | undefined,
  ) {}

  /** @param namespace where the secrets are, which requests have to name. */
  static async start({ namespace }: { namespace?: string } = {}): Promise<VaultExtension> {
    const server = await LoopbackServer.start((request) => extension.answer(request));
    const extension = new VaultExtension(server, namespace);
    return extension;
  }

  get seen(): readonly Seen[] {
    return this.server.seen;
  }

  get environment(): Record<string, string> {
    return {
      SECRET_SOURCES: "vault-proxy",
      SECRET_VAULT_PATH: "kv/data/secrets-dev/",
      VAULT_ADDR: `http://127.0.0.1:${this.server.port}`,
    };
  }

  /** Writes a version, for example of `kv/data/secrets-dev/orders`. */
  write(path: string, data: unknown): void {
    this.secrets.set(path, [...(this.secrets.get(path) ?? []), { data, state: "written" }]);
  }

  /** Marks the newest version. */
  remove(path: string, state: "deleted" | "destroyed"): void {
    const newest = this.secrets.get(path)?.at(-1);
    if (newest) newest.state = state;
  }

  /** From now on every request gets this. */
  tell(answer: Answer): void {
    this.told = answer;
  }

  /** Without secrets, cache and what it was told. */
  reset(): void {
    this.server.seen.length = 0;
    this.reachedVault = [];
    this.secrets.clear();
    this.cache.clear();
    this.told = undefined;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private answer(request: Seen): Answer {
    if (this.told) return this.told;
    const { "x-vault-cache-control": control, ...headers } = request.headers;
    const key = JSON.stringify([request.url, headers]);
    const cached = this.cache.get(key);
    if (cached && control !== "recache") return cached;
    this.reachedVault.push(request);
    const answer = this.vault(request);
    if (answer.status < 300) this.cache.set(key, answer);
    return answer;
  }

  private vault({ url, headers }: Seen): { status: number; body: string } {
    const { pathname, searchParams } = new URL(url, "http://vault");
    const versions = this.secrets.get(decodeURIComponent(pathname.replace("/v1/", "")));
    const number = Number(searchParams.get("version") ?? versions?.length);
    const version = versions?.[number - 1];
    // Vault takes an empty namespace for none.
    if ((headers["x-vault-namespace"] || undefined) !== this.namespace || !version)
      return answerOf(404, { errors: [] });
    const written = version.state === "written";
    return answerOf(written ? 200 : 404, kvAnswer(written ? version.data : null, number, version.state));
  }
}

/** What Vault's API answers for one version. */
export function kvAnswer(data: unknown, version: number, state: Version["state"] = "written"): object {
  return {
    request_id: "0f3c",
    lease_duration: 0,
    data: {
      data,
      metadata: {
        created_time: "2026-01-01T00:00:00Z",
        deletion_time: state === "deleted" ? "2026-01-02T00:00:00Z" : "",
        destroyed: state === "destroyed",
        version,
      },
    },
    warnings: null,
  };
}

export function answerOf(status: number, body: object): { status: number; body: string } {
  return { status, body: JSON.stringify(body) };
}
