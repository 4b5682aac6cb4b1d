import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pluginCatalog } from "../../constructs/vault/server/node/server-configuration";
import type { CertificateAuthority } from "../../scripts/support/certificates";
import { freePort } from "../../scripts/support/free-port";
import { endProcess, startProcess } from "../../scripts/support/processes";
import { askVault, callVault, type VaultConnection } from "../../scripts/vault/vault-api";
import { pluginsOf } from "./program";

export interface LocalVault {
  readonly address: string;
  /** Random, and in no file. */
  readonly rootToken: string;
  /** Of the authority that issued the server's certificate; undefined without TLS. */
  readonly caPem?: string;
  readonly log: string;
  stop(): Promise<void>;
}

export interface LocalVaultOptions {
  /** For everything that the server writes: configuration, key, log, and its home. */
  readonly directory: string;
  readonly binary: string;
  /** Issues the server's certificate. Plain HTTP where it is left out. */
  readonly tls?: CertificateAuthority;
}

const START_TIMEOUT_MS = 30_000;
const ACTIVE = 200;

/**
 * Starts an empty Vault that keeps everything in memory. It is no dev server, because one of those serves its own
 * certificate or none, makes mounts that a real one has not, and writes its root token to a file.
 */
export async function startVault({ directory, binary, tls }: LocalVaultOptions): Promise<LocalVault> {
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const address = `${tls ? "https" : "http"}://127.0.0.1:${port}`;
  const configuration = join(directory, "vault.json");
  await writeFile(
    configuration,
    JSON.stringify({ ...(await configure(directory, port, address, tls)), ...catalog(binary) }),
  );
  const log = join(directory, "vault.log");
  const child = startProcess(binary, ["server", `-config=${configuration}`], {
    // Nothing of this process: no proxy, no AWS credentials, no other Vault's address or token.
    env: { HOME: directory, TMPDIR: directory },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const file = createWriteStream(log);
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  const connection: VaultConnection = { address, ...(tls && { caPem: tls.certificatePem }) };
  const ended = new Promise<never>((_, reject) => {
    child.once("error", reject);
    // Not before its last words are in the log.
    child.once("close", (code) => file.end(() => reject(new Error(`exit code ${code}`))));
  });
  try {
    const rootToken = await Promise.race([ended, initialise(connection)]);
    const stop = async () => await endProcess(child);
    return { ...connection, rootToken, log, stop };
  } catch (error) {
    await endProcess(child);
    const tail = (await readFile(log, "utf8").catch(() => "")).trim().split("\n").at(-1);
    throw new Error(`Vault (${binary}) did not start: ${(error as Error).message}; ${tail} (${log})`);
  }
}

async function configure(
  directory: string,
  port: number,
  address: string,
  tls: CertificateAuthority | undefined,
): Promise<object> {
  const listener = { address: `127.0.0.1:${port}` };
  const common = { storage: { inmem: {} }, disable_mlock: true, api_addr: address };
  if (!tls) return { ...common, listener: { tcp: { ...listener, tls_disable: true } } };
  const { certificatePem, keyPem } = await tls.issue({ hosts: ["127.0.0.1", "localhost"] });
  const certificate = join(directory, "vault.crt");
  const key = join(directory, "vault.key");
  await writeFile(certificate, certificatePem);
  await writeFile(key, keyPem, { mode: 0o600 });
  return { ...common, listener: { tcp: { ...listener, tls_cert_file: certificate, tls_key_file: key } } };
}

function catalog(binary: string): object {
  const plugins = pluginsOf(binary);
  return plugins.length > 0 ? { plugin_directory: dirname(binary), ...pluginCatalog(plugins) } : {};
}

/** Initialises and unseals; gives the root token once the server is active. */
async function initialise(connection: VaultConnection): Promise<string> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  await until(deadline, async () => await askVault(connection, "GET", "sys/health"));
  const { keys, root_token: token } = await callVault(connection, "PUT", "sys/init", {
    secret_shares: 1,
    secret_threshold: 1,
  });
  await callVault(connection, "PUT", "sys/unseal", { key: (keys as string[])[0] });
  await until(deadline, async () => {
    const { status } = await askVault(connection, "GET", "sys/health");
    if (status !== ACTIVE) throw new Error(`it is not active: HTTP ${status}`);
  });
  return String(token);
}

async function until(deadline: number, attempt: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(50, undefined, { ref: false });
    }
  }
}
