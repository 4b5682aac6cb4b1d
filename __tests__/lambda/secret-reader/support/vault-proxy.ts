import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../../scripts/support/free-port";
import { endProcess, startProcess } from "../../../../scripts/support/processes";
import { askVault, callVault, type VaultConnection } from "../../../../scripts/vault/vault-api";
import { until } from "../../../../scripts/vault/waiting";
import { type LocalVault, startVault } from "../../../../testbed/vault/server";
import { serverBinary } from "../../../support/vault/server-binary";

const READ = 'path "kv/data/app/*" { capabilities = ["read"] }';

/**
 * A real server with a KV mount, and the server's own proxy in the place of the Vault Lambda Extension's, whose login
 * is AWS's: it has a token that may read below `kv/data/app/`, and a function needs none.
 */
export class VaultBehindProxy {
  private constructor(
    private readonly directory: string,
    private readonly server: LocalVault,
    private readonly proxy: VaultConnection,
    private readonly process: ReturnType<typeof startProcess>,
  ) {}

  static async start(): Promise<VaultBehindProxy> {
    const directory = mkdtempSync(join(tmpdir(), "vault-proxy-"));
    const binary = await serverBinary();
    const server = await startVault({ directory: join(directory, "server"), binary });
    const root = { ...server, token: server.rootToken };
    await callVault(root, "POST", "sys/mounts/kv", { type: "kv", options: { version: "2" } });
    await callVault(root, "POST", "sys/policies/acl/read", { policy: READ });
    const { auth } = await callVault(root, "POST", "auth/token/create", { policies: ["read"] });
    const token = join(directory, "token");
    writeFileSync(token, (auth as { client_token: string }).client_token, { mode: 0o600 });
    const port = await freePort();
    const configuration = join(directory, "proxy.json");
    const settings = {
      vault: { address: server.address },
      auto_auth: { method: [{ type: "token_file", config: { token_file_path: token } }] },
      api_proxy: { use_auto_auth_token: "force" },
      listener: [{ tcp: { address: `127.0.0.1:${port}`, tls_disable: true } }],
    };
    writeFileSync(configuration, JSON.stringify(settings));
    const process = startProcess(binary, ["proxy", `-config=${configuration}`], {
      env: { HOME: directory },
      stdio: "ignore",
    });
    const vault = new VaultBehindProxy(directory, server, { address: `http://127.0.0.1:${port}` }, process);
    await vault.call("POST", "kv/data/app/ready", { data: { it: "is" } });
    await until(
      "the proxy answers",
      async () => (await askVault(vault.proxy, "GET", "kv/data/app/ready")).status === 200,
    );
    return vault;
  }

  get environment(): Record<string, string> {
    return {
      SECRET_SOURCES: "vault-proxy",
      SECRET_VAULT_PATH: "kv/data/app/",
      VAULT_ADDR: this.proxy.address,
    };
  }

  /** With every right. */
  async call(method: "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<void> {
    await callVault({ ...this.server, token: this.server.rootToken }, method, path, body);
  }

  async stop(): Promise<void> {
    await endProcess(this.process);
    await this.server.stop();
    rmSync(this.directory, { recursive: true });
  }
}
