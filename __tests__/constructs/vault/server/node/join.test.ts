import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nodeFiles } from "../../../../../constructs/vault/server/node/node-files";
import { HEALTH_CHECK, VAULT_PORT } from "../../../../../constructs/vault/server/node/vault-node";
import { isOutage } from "../../../../../lambda/secret-reader/outage";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type KeyAndCertificate,
} from "../../../../../scripts/support/certificates";
import { run } from "../../../../../scripts/support/processes";
import { askVault, type VaultMethod } from "../../../../../scripts/vault/vault-api";
import { until } from "../../../../../scripts/vault/waiting";
import { loopbackAddresses } from "../../../../../testbed/vault/cluster";
import { SandboxNode } from "../../../../../testbed/vault/sandbox-node";
import { NODE } from "./support/node";

const DATA = "/var/lib/vault-server";
const WAITS = "waits until another node is initialised";
/** Of the server below. */
const RUNS = "the server runs";

let authority: CertificateAuthority;
let certificate: KeyAndCertificate;
let root: string;
let node: SandboxNode;
let address: string;
let otherAddress: string;
let other: Server | undefined;

beforeAll(async () => {
  authority = await createCertificateAuthority("join");
  certificate = await authority.issue({ hosts: [NODE.hostName] });
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "node-"));
  [otherAddress = "", address = ""] = loopbackAddresses(2);
  node = nodeOf([otherAddress, address]);
});

afterEach(async () => {
  await node.stop();
  other?.closeAllConnections();
  other?.close();
  other = undefined;
  rmSync(root, { recursive: true });
});

/** With a program that leaves data, as a server does that waits to be joined to another. */
function nodeOf(addresses: readonly string[]): SandboxNode {
  const server = join(root, "server");
  writeFileSync(server, `#!/bin/bash\ntouch raft/vault.db\necho ${RUNS}\nexec sleep 1000\n`, { mode: 0o755 });
  const { certificatePem, keyPem } = certificate;
  const secret = { certificate: certificatePem, key: keyPem, authority: authority.certificatePem };
  writeFileSync(join(root, "secret.json"), JSON.stringify(secret));
  return new SandboxNode({
    files: nodeFiles({ ...NODE, artifacts: undefined, address, addresses }),
    root,
    server,
    environment: {},
    standIns: { aws: 'cat "$SANDBOX/secret.json"' },
  });
}

function write(path: string): void {
  mkdirSync(dirname(node.path(path)), { recursive: true });
  writeFileSync(node.path(path), "");
}

/** A node that has the first address. */
async function otherNode(initialized: () => boolean, { certificatePem, keyPem } = certificate) {
  other = createServer({ cert: certificatePem, key: keyPem }, (_, answer) =>
    answer.end(JSON.stringify({ initialized: initialized() })),
  );
  other.listen(VAULT_PORT, otherAddress);
  await once(other, "listening");
  return other;
}

const log = () => (existsSync(node.log) ? readFileSync(node.log, "utf8") : "");
const count = (text: string) => log().split(text).length - 1;
const says = (text: string, times = 1) =>
  until(`the node says: ${text}`, async () => count(text) === times, 30_000);
const pid = () => Number(readFileSync(node.path("/server.pid"), "utf8"));

/** What it answers, by its status. */
async function answers(
  ...[method, path, body]: [method: VaultMethod, path: string, body?: object]
): Promise<number> {
  const reached = { address: `https://${address}:${VAULT_PORT}`, caPem: authority.certificatePem };
  return (await askVault({ ...reached, serverName: NODE.hostName }, method, path, body)).status;
}

const initialisation = () => answers("PUT", "sys/init", {});

describe("a node that is not the first", () => {
  test("starts the server if it has joined before, although no other node answers", async () => {
    write(`${DATA}/raft/vault.db`);
    write(`${DATA}/joined`);

    await node.start();

    await says(RUNS);
    expect(log()).not.toContain(WAITS);
  });

  test("that waits is unhealthy to a load balancer, and an outage to functions that still come to it", async () => {
    await otherNode(() => false);

    await node.start();
    await says(WAITS);

    expect(await answers("GET", HEALTH_CHECK.path.replace("/v1/", ""))).toBe(501);
    const read = await answers("GET", "kv/data/orders");
    expect([read, isOutage(read)]).toEqual([503, true]);
  });

  test("that started once without joining waits again, until another one is initialised", async () => {
    let initialized = true;
    await otherNode(() => initialized);
    await node.start();
    await says(RUNS);
    await node.stop();
    initialized = false;

    await node.start();
    await says(WAITS, 2);
    expect(existsSync(node.path(`${DATA}/raft/vault.db`))).toBe(true);
    expect(await initialisation()).toBe(503);
    expect(count(RUNS)).toBe(1);

    initialized = true;
    await says(RUNS, 2);
  });

  test("that lost its data waits, and has not joined any more", async () => {
    write(`${DATA}/joined`);

    await node.start();

    await says(WAITS);
    expect(await initialisation()).toBe(503);
    expect(existsSync(node.path(`${DATA}/joined`))).toBe(false);
  });
});

test("the first node waits for nobody", async () => {
  node = nodeOf([address, otherAddress]);

  await node.start();

  await says(RUNS);
  expect(log()).not.toContain(WAITS);
});

describe("while it waits, a node", () => {
  test("says once why it cannot trust another one", async () => {
    const stranger = await createCertificateAuthority("stranger");
    const refusing = await otherNode(() => true, await stranger.issue({ hosts: [NODE.hostName] }));
    await node.start();
    await says(WAITS);
    for (let asked = 0; asked < 3; asked++) await once(refusing, "tlsClientError");

    expect(log()).toContain(`${otherAddress} could not be asked whether it is initialised: `);
    expect(count("certificate verify failed")).toBe(1);
  });

  test("says nothing of a client that speaks no TLS", async () => {
    await node.start();
    await says(WAITS);
    const socket = connect(VAULT_PORT, address);
    socket.end("GET / HTTP/1.1\r\n\r\n");
    socket.resume();
    await once(socket, "close");
    // Answered later than that client.
    expect(await initialisation()).toBe(503);

    expect(log()).not.toContain("Traceback");
    expect(log()).not.toContain("Exception");
  });

  test("lets a hundred clients connect at once", async () => {
    await node.start();
    await says(WAITS);
    let sockets: Socket[] = [];
    process.kill(pid(), "SIGSTOP");
    try {
      sockets = Array.from({ length: 100 }, () => connect(VAULT_PORT, address));
      await Promise.all(
        sockets.map((socket) => once(socket, "connect", { signal: AbortSignal.timeout(5_000) })),
      );
    } finally {
      process.kill(pid(), "SIGCONT");
      for (const socket of sockets) socket.destroy();
    }
    expect(sockets).toHaveLength(100);
  });

  test("goes on when it can open no more files, and says so", async () => {
    let initialized = false;
    await otherNode(() => initialized);
    await node.start();
    await says(`${otherAddress} says that it is not initialised`);
    const limit = (files: string) => run("prlimit", ["--pid", String(pid()), `--nofile=${files}`]);

    await limit("4:");
    await says("Too many open files");
    process.kill(pid(), "SIGHUP");
    await says("the certificate could not be loaded anew");
    await limit("1024:");

    expect(await initialisation()).toBe(503);
    initialized = true;
    await says(RUNS);
  });
});
