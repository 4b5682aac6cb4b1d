import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createServer } from "node:tls";
import {
  NODE_METRICS,
  NODE_NAMESPACE,
  type NodeMetricName,
  nodeDimensions,
} from "../../../../../constructs/vault/server/node/metrics";
import { nodeFiles } from "../../../../../constructs/vault/server/node/node-files";
import { VAULT_PORT } from "../../../../../constructs/vault/server/node/vault-node";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type KeyAndCertificate,
} from "../../../../../scripts/support/certificates";
import { loopbackAddresses } from "../../../../../testbed/vault/cluster";
import { SandboxNode } from "../../../../../testbed/vault/sandbox-node";
import { NODE } from "./support/node";

/** AWS, as far as the script asks it: has one snapshot or none, and keeps what it is told. */
const AWS = `case $1 in
s3api) cat "$SANDBOX/snapshot" ;;
cloudwatch) printf '%s\\n' "$@" >"$SANDBOX/told" ;;
esac`;

let root: string;
let authority: CertificateAuthority;
let certificatePem: string;
/** Where a server may listen. */
const [address = ""] = loopbackAddresses(1);

beforeAll(async () => {
  authority = await createCertificateAuthority("metrics");
  ({ certificatePem } = await authority.issue({ hosts: [NODE.hostName] }));
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "node-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** What the script tells of a server with this status, by metric. */
async function told(
  status: string,
  snapshot: string | null = null,
  prepare: (node: SandboxNode) => void = () => {},
) {
  const node = new SandboxNode({
    files: nodeFiles({ ...NODE, address, metricsNamespace: NODE_NAMESPACE }),
    root,
    server: "/bin/true",
    environment: {},
    standIns: { aws: AWS },
  });
  const write = (path: string, content: string) => {
    mkdirSync(dirname(node.path(path)), { recursive: true });
    writeFileSync(node.path(path), content, { mode: 0o755 });
  };
  write("/var/lib/vault-server/x", "");
  write("/etc/vault-server/tls/certificate.pem", certificatePem);
  write("/opt/vault-server/bin/server", `#!/bin/sh\n${status}\n`);
  write("/snapshot", JSON.stringify(snapshot));
  prepare(node);
  await node.run("metrics");
  const [, , , namespace, , data = ""] = readFileSync(node.path("/told"), "utf8").split("\n");
  const metrics: { MetricName: NodeMetricName; Value: number; Unit: string; Dimensions: object[] }[] =
    JSON.parse(data);
  return {
    namespace,
    metrics,
    values: Object.fromEntries(metrics.map((one) => [one.MetricName, one.Value])),
  };
}

const LEADER = `echo '{ "sealed": false, "leader_address": "https://10.0.1.10:8200", "is_self": true }'`;

test("the leader tells exactly the metrics of the contract, with their units and dimensions", async () => {
  const { namespace, metrics } = await told(LEADER);
  expect(namespace).toBe(NODE_NAMESPACE);
  expect(Object.fromEntries(metrics.map(({ MetricName, Unit }) => [MetricName, Unit]))).toEqual(NODE_METRICS);
  const [dimensions] = Object.entries(nodeDimensions(NODE.clusterName));
  for (const { Dimensions } of metrics)
    expect(Dimensions).toEqual([{ Name: dimensions?.[0], Value: dimensions?.[1] }]);
});

test("all is well where the server has a leader and a new snapshot", async () => {
  const { values } = await told(LEADER, new Date(Date.now() - 60_000).toISOString());
  expect(values).toMatchObject({ Sealed: 0, NoLeader: 0 });
  expect(Math.round((values.SnapshotAge ?? 0) / 60)).toBe(1);
  expect(values.CertificateDays).toBeGreaterThan(0);
  expect(values.DataUsed).toBeLessThanOrEqual(100);
});

test("a standby says nothing of snapshots", async () => {
  const { values } = await told(LEADER.replace("true", "false"));
  expect(Object.keys(values)).not.toContain("SnapshotAge");
});

test("a server without a snapshot has one that is older than any", async () => {
  const { values } = await told(LEADER);
  expect(values.SnapshotAge).toBeGreaterThan(1e9);
});

describe("a server", () => {
  /** What is told of a server that serves one certificate and has another one in place. */
  async function toldOf(served: KeyAndCertificate, placed: KeyAndCertificate): Promise<number> {
    certificatePem = placed.certificatePem;
    const server = createServer({ cert: served.certificatePem, key: served.keyPem });
    server.listen(VAULT_PORT, address);
    await once(server, "listening");
    try {
      return Math.floor((await told(LEADER)).values.CertificateDays ?? Number.NaN);
    } finally {
      server.close();
    }
  }

  const issued = (days: number) =>
    authority.issue({ hosts: [NODE.hostName], notAfter: new Date(Date.now() + days * 86_400_000) });

  test("tells how long the certificate that it serves is good", async () => {
    const certificate = await issued(5.5);

    expect(await toldOf(certificate, certificate)).toBe(5);
  });

  test("that goes on with another certificate than the one in place tells no day", async () => {
    expect(await toldOf(await issued(5.5), await issued(300))).toBe(0);
  });
});

describe("what has a node start its server without another one", () => {
  const mark = () => existsSync(join(root, "var/lib/vault-server/joined"));

  test("is made when the server has its keys", async () => {
    await told(LEADER);

    expect(mark()).toBe(true);
  });

  test.each([
    ["is sealed", `echo '{ "initialized": false, "sealed": true }'; exit 2`],
    ["does not answer, as one that waits for another node", "exit 1"],
  ])("is not made when the server %s", async (_, status) => {
    await told(status);

    expect(mark()).toBe(false);
  });

  test("is not waited for where the server's user has made a FIFO of it", async () => {
    const { values } = await told(LEADER, null, (node) => {
      execFileSync("mkfifo", [node.path("/var/lib/vault-server/joined")]);
    });

    expect(values).toMatchObject({ Sealed: 0 });
  });

  test("is not made where a link of the server's user leads, and the rest is told", async () => {
    const elsewhere = join(root, "elsewhere");

    const { values } = await told(LEADER, null, (node) =>
      symlinkSync(elsewhere, node.path("/var/lib/vault-server/joined")),
    );

    expect(existsSync(elsewhere)).toBe(false);
    expect(values).toMatchObject({ Sealed: 0 });
  });
});

test.each([
  ["is sealed", `echo '{ "sealed": true }'; exit 2`],
  ["does not answer", "exit 1"],
])("a server that %s is sealed, and knows no leader", async (_, status) => {
  const { values } = await told(status);
  expect(values).toMatchObject({ Sealed: 1, NoLeader: 1 });
});

test("a node that is half made tells that it is, and how badly", async () => {
  certificatePem = "";
  const { values } = await told("exit 1");
  expect(values).toMatchObject({ Sealed: 1, NoLeader: 1, CertificateDays: 0 });
});
