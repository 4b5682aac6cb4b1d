import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../../../scripts/support/free-port";
import { endProcess, startProcess } from "../../../../scripts/support/processes";
import { askVault, type VaultConnection } from "../../../../scripts/vault/vault-api";
import { until } from "../../../../scripts/vault/waiting";

export interface ServerProxyOptions {
  /** Existing; for configuration and token. */
  readonly directory: string;
  /** Of a server: the proxy is in it. */
  readonly binary: string;
  /** With the token that the proxy has, which may read `ready`. */
  readonly vault: VaultConnection;
  /** Path of a secret that is there. */
  readonly ready: string;
}

/**
 * A server's own proxy in the place of the Vault Lambda Extension's, whose login is AWS's: it has a token, a function
 * needs none. It tries as often as the extension does.
 */
export class ServerProxy {
  private constructor(
    readonly address: string,
    private readonly process: ReturnType<typeof startProcess>,
  ) {}

  static async start({ directory, binary, vault, ready }: ServerProxyOptions): Promise<ServerProxy> {
    const { address, caPem, serverName, token = "" } = vault;
    const port = await freePort();
    const file = (name: string, content: string): string => {
      const path = join(directory, name);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    };
    const settings = {
      vault: {
        address,
        ...(caPem && { ca_cert: file("proxy-authority.pem", caPem) }),
        ...(serverName && { tls_server_name: serverName }),
        retry: { num_retries: 2 },
      },
      auto_auth: {
        method: [{ type: "token_file", config: { token_file_path: file("proxy-token", token) } }],
      },
      api_proxy: { use_auto_auth_token: "force" },
      listener: [{ tcp: { address: `127.0.0.1:${port}`, tls_disable: true } }],
    };
    const process = startProcess(
      binary,
      ["proxy", `-config=${file("proxy.json", JSON.stringify(settings))}`],
      { env: { HOME: directory }, stdio: "ignore" },
    );
    const proxy = new ServerProxy(`http://127.0.0.1:${port}`, process);
    await until("the proxy answers", async () => (await askVault(proxy, "GET", ready)).status === 200);
    return proxy;
  }

  async stop(): Promise<void> {
    await endProcess(this.process);
  }
}
