import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callVault } from "../../../../scripts/vault/vault-api";
import { until } from "../../../../scripts/vault/waiting";
import { type LocalVault, startVault } from "../../../../testbed/vault/server";
import { serverBinary } from "../../../support/vault/server-binary";
import { ServerProxy } from "./server-proxy";

const READ = 'path "kv/data/app/*" { capabilities = ["read"] }';

/** A real server with a KV mount, and a proxy that may read below `kv/data/app/`. */
export class VaultBehindProxy {
  private constructor(
    private readonly directory: string,
    private readonly server: LocalVault,
    private readonly proxy: ServerProxy,
  ) {}

  static async start(): Promise<VaultBehindProxy> {
    const directory = mkdtempSync(join(tmpdir(), "vault-proxy-"));
    const binary = await serverBinary();
    const server = await startVault({ directory: join(directory, "server"), binary });
    const root = { ...server, token: server.rootToken };
    await callVault(root, "POST", "sys/mounts/kv", { type: "kv", options: { version: "2" } });
    await callVault(root, "POST", "sys/policies/acl/read", { policy: READ });
    const { auth } = await callVault(root, "POST", "auth/token/create", { policies: ["read"] });
    const { client_token: token } = auth as { client_token: string };
    const ready = "kv/data/app/ready";
    await until("the new mount takes writes", async () => {
      await callVault(root, "POST", ready, { data: { it: "is" } });
      return true;
    });
    const proxy = await ServerProxy.start({ directory, binary, vault: { ...server, token }, ready });
    return new VaultBehindProxy(directory, server, proxy);
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
    await this.proxy.stop();
    await this.server.stop();
    rmSync(this.directory, { recursive: true });
  }
}
