import { type Answer, LoopbackServer, type Seen } from "../../support/loopback-server";

type Version = { data: unknown; state: "written" | "deleted" | "destroyed" };

/** Of Vault 1.14 and newer, and of OpenBao, about a token that they do not know. */
const UNKNOWN_TOKEN = {
  vault: "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n",
  openbao: "permission denied",
};

/**
 * The proxy of the Vault Lambda Extension with a Vault behind it, as far as reading a KV version 2 mount goes: the
 * extension's cache (by path, headers and token, on for every request), its login when it is told to drop its token,
 * Vault's answers and the plain texts of the extension.
 */
export class VaultExtension {
  /** Requests that got past the extension's cache. */
  reachedVault: Seen[] = [];
  private readonly secrets = new Map<string, Version[]>();
  private readonly cache = new Map<string, Answer>();
  private readonly denied = new Set<string>();
  private token: "known" | "unknown" | "dropped" = "known";
  private answerToLogin: Answer | undefined;
  private told: Answer | undefined;
  /** Logins since the start. */
  logins = 0;
  /** Layers before 0.11.0 do not know the header that has them drop the token. */
  canDropToken = true;
  unknownToken: keyof typeof UNKNOWN_TOKEN = "vault";

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

  /** Vault no longer knows the extension's token: revoked, or Vault restored. */
  forgetToken(): void {
    this.token = "unknown";
  }

  /** No policy allows the path. */
  deny(path: string): void {
    this.denied.add(path);
  }

  /** From now on a request that needs a login gets this. */
  tellLogin(answer: Answer): void {
    this.answerToLogin = answer;
  }

  /** From now on every request gets this. */
  tell(answer: Answer): void {
    this.told = answer;
  }

  /** Without secrets, cache and what it was told, and with a token. */
  reset(): void {
    this.server.seen.length = 0;
    this.reachedVault = [];
    this.secrets.clear();
    this.cache.clear();
    this.denied.clear();
    this.token = "known";
    this.logins = 0;
    this.canDropToken = true;
    this.unknownToken = "vault";
    this.answerToLogin = undefined;
    this.told = undefined;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private answer(request: Seen): Answer {
    if (this.told) return this.told;
    const { "x-vault-cache-control": control, ...headers } = request.headers;
    if (this.canDropToken && headers["x-vault-token-options"] === "revoke") this.token = "dropped";
    if (this.token === "dropped") {
      if (this.answerToLogin) return this.answerToLogin;
      this.logins++;
      this.token = "known";
    }
    const key = JSON.stringify([request.url, headers, this.logins]);
    const cached = this.cache.get(key);
    if (cached && control !== "recache") return cached;
    this.reachedVault.push(request);
    const answer = this.vault(request);
    if (answer.status < 300) this.cache.set(key, answer);
    return answer;
  }

  private vault({ url, headers }: Seen): { status: number; body: string } {
    const { pathname, searchParams } = new URL(url, "http://vault");
    const path = decodeURIComponent(pathname.replace("/v1/", ""));
    if (this.token === "unknown") return answerOf(403, { errors: [UNKNOWN_TOKEN[this.unknownToken]] });
    if (this.denied.has(path))
      return answerOf(403, { errors: ["1 error occurred:\n\t* permission denied\n\n"] });
    const versions = this.secrets.get(path);
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

/** How release 0.14.0 of the extension tells that its login got this status. */
export function loginGot(status: number, reason: string): Answer {
  return withoutToken(
    "Error making API request.\n\n" +
      `URL: PUT https://vault.example.internal:8200/v1/auth/aws/login\nCode: ${status}. Errors:\n\n* ${reason}`,
  );
}

/** How it tells that it has no token, for any other reason. */
export function withoutToken(reason: string): Answer {
  return { status: 500, type: "text/plain", body: `failed to get valid Vault token: ${reason}\n` };
}

export function answerOf(status: number, body: object): { status: number; body: string } {
  return { status, body: JSON.stringify(body) };
}
