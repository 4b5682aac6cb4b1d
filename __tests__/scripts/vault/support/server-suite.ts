import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { zipSync } from "fflate";
import { artifactKey } from "../../../../constructs/vault/server/node/vault-node";
import { run } from "../../../../scripts/support/processes";
import { uploadArtifact } from "../../../../scripts/vault/artifact";
import { initialise } from "../../../../scripts/vault/initialise";
import { roll } from "../../../../scripts/vault/roll";
import { certificateEnd } from "../../../../scripts/vault/status";
import { provideCertificates } from "../../../../scripts/vault/tls";
import { callVault, type VaultConnection } from "../../../../scripts/vault/vault-api";
import { until } from "../../../../scripts/vault/waiting";
import { seededRandom } from "../../../../testbed/seeded-random";
import { Balancer } from "../../../../testbed/vault/balancer";
import { ServerProxy } from "../../../lambda/secret-reader/support/server-proxy";
import { KeyValueClient } from "./key-value-client";
import { lostData } from "./lost-data";
import { newAuthority } from "./new-authority";
import { ReaderFleet } from "./reader-fleet";
import { runbookBlock } from "./runbook-block";
import { AUDIT_LOG_GROUP, BUCKET, METRICS_NAMESPACE, type ServerWorld } from "./server-world";
import { snapshots, takeSnapshot } from "./snapshots";

const KILLS = Number(process.env.VAULT_KILLS ?? 5);
/** Functions that read during a rolling replacement, and about how long that takes. */
const READERS = 100;
const ROLL_MS = 40_000;
const SEED = Number(process.env.VAULT_SEED ?? Date.now() % 1_000_000);

/** A function's way to a server: the variables that it has, and what passes its requests on. */
export interface FunctionsWay {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface ServerSuiteOptions {
  readonly prepare: () => Promise<ServerWorld>;
  /** Has functions reach the server by the balancer. @default - by the server's own proxy, with a token */
  readonly reach?: (world: ServerWorld, balancer: Balancer) => Promise<FunctionsWay>;
  /** Tests of what this server knows beside, which come first. */
  readonly more?: (world: () => ServerWorld) => void;
}

/** What a created server has to stand, on three real nodes. */
export function serverSuite({ prepare, reach = throughProxy, more }: ServerSuiteOptions): void {
  jest.setTimeout(600_000 + KILLS * 60_000);

  let world: ServerWorld;
  let interrupted: PromiseSettledResult<unknown>[];
  let initialised: typeof interrupted;
  let client: KeyValueClient;

  beforeAll(async () => {
    world = await prepare();
    const { initialisation, cluster } = world;
    await cluster.start();
    const twice = (options: typeof initialisation) =>
      Promise.allSettled([initialise(options), initialise(options)]);
    interrupted = await twice({ ...initialisation, logIn: () => Promise.reject(new Error("no login yet")) });
    initialised = await twice(initialisation);
    client = await KeyValueClient.of(cluster.connections, await world.operator());
  });

  afterAll(() => world?.stop());

  beforeEach(() => client.start());

  afterEach(async () => {
    await client.stop();
    expect(await client.lost()).toEqual([]);
  });

  if (more) describe("initialised", () => more(() => world));

  describe("vault:init", () => {
    test("may begin twice at once, and ends what was begun", () => {
      expect(interrupted).toEqual(Array(2).fill({ status: "rejected", reason: new Error("no login yet") }));
      expect(initialised.filter(({ status }) => status === "rejected")).toEqual([]);
    });

    test("does nothing to a server that is ready", async () => {
      expect(await initialise(world.initialisation)).toEqual([
        expect.stringContaining("nothing was changed"),
      ]);
    });

    test("keeps the recovery shares and no root token", async () => {
      const kept = await world.initialisation.recovery.read();
      expect(kept).toEqual({ state: "ready", threshold: 3, encrypted: false, shares: expect.any(Array) });
      expect(kept?.shares).toHaveLength(5);
    });
  });

  describe("a node", () => {
    test("takes snapshots where it leads, and nowhere else", async () => {
      for (const node of world.cluster.nodes) await node.run("snapshot");

      expect(await snapshots(world)).toHaveLength(1);
    });

    test("takes snapshots again once the runbook's commands were typed", async () => {
      const operator = await world.operator();
      await callVault(operator, "DELETE", "sys/auth/nodes");
      await callVault(operator, "DELETE", "sys/policies/acl/snapshot");

      await typeInTunnel(operator, runbookBlock("vault policy write snapshot"));

      const before = (await snapshots(world)).length;
      await world.cluster.nodes[await world.leader()]?.run("snapshot");
      expect(await snapshots(world)).toHaveLength(before + 1);
    });

    test("ships its audit log, and keeps no longer what was shipped", async () => {
      const index = await world.leader();
      const node = world.cluster.nodes[index];
      await node?.run("audit");

      const stream = ["--log-group-name", AUDIT_LOG_GROUP, "--log-stream-name", `node-${index + 1}`];
      const { events } = await world.aws("logs", "get-log-events", ...stream);
      const types = (events as { message: string }[]).map(({ message }) => JSON.parse(message).type);
      expect(new Set(types)).toEqual(new Set(["request", "response"]));
      expect(readdirSync(node?.path("/var/lib/vault-server/audit") ?? "")).toEqual(["audit.log"]);
    });

    test("tells how it is", async () => {
      await world.cluster.nodes[await world.leader()]?.run("metrics");

      const { Metrics } = await world.aws("cloudwatch", "list-metrics", "--namespace", METRICS_NAMESPACE);
      const names = (Metrics as { MetricName: string }[]).map(({ MetricName }) => MetricName).sort();
      expect(names).toEqual(["CertificateDays", "DataUsed", "NoLeader", "Sealed", "SnapshotAge"]);
    });
  });

  test("vault:status says who leads, votes, and how old the snapshot is", async () => {
    const { healthy, lines } = await world.status();

    expect(healthy).toBe(true);
    expect(lines.filter((line) => /node-\d, leader, votes, version \d/.test(line))).toHaveLength(1);
    expect(
      lines.filter((line) => /node-\d, standby, votes, .*certificate for 39\d more days/.test(line)),
    ).toHaveLength(2);
    expect(lines).toContainEqual(
      expect.stringMatching(/^The environment file says version 1\.0\.0, and node-1, /),
    );
    expect(lines.at(-1)).toMatch(/^The newest snapshot is \d+ minutes old: snapshots\/\S+$/);
  });

  test("vault:status notices a setting of autopilot that was changed, until the runbook's command was typed", async () => {
    const operator = await world.operator();
    const path = "sys/storage/raft/autopilot/configuration";
    await callVault(operator, "POST", path, { cleanup_dead_servers: false, min_quorum: 3 });

    const changed = await world.status();
    await typeInTunnel(operator, runbookBlock("autopilot set-config"));

    expect(changed.healthy).toBe(false);
    expect(changed.lines).toContainEqual(
      expect.stringContaining(`cleanup_dead_servers of ${path} must be true, got false: set it again`),
    );
    expect((await world.status()).healthy).toBe(true);
  });

  test("a renewed certificate comes to the nodes without an outage", async () => {
    const [connection] = world.cluster.connections;
    await client.steady();
    const before = client.failures.length;
    const ends = connection && (await certificateEnd(connection));
    await sleep(1000);
    await provideCertificates({ ...world.tls, renew: true });

    for (const node of world.cluster.nodes) await node.run("certificate");

    await client.steady();
    expect(connection && (await certificateEnd(connection))).not.toEqual(ends);
    expect(client.failures.slice(before)).toEqual([]);
  });

  describe("vault:tls -- --new-authority", () =>
    newAuthority(
      () => world,
      () => client,
    ));

  test("no acknowledged write is lost while one or two nodes are killed at a time", async () => {
    const draw = seededRandom(SEED);
    const reads: number[] = [];
    const writes: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      await world.whole();
      await client.steady();
      const first = await world.leader();
      // Each kind for sure: the leader alone, then a majority.
      const two = kill === 1 || (kill > 1 && draw() < 0.4);
      const victims = [first, ...(two ? [(first + 1 + Math.floor(draw() * 2)) % 3] : [])];
      await sleep(draw() * 1000);
      await Promise.all(victims.map((index) => world.cluster.nodes[index]?.kill()));
      const killed = performance.now();
      // Two of three are no majority: the others cannot go on before one is back.
      if (victims.length === 1) {
        await client.steady();
        reads.push(client.first("read", killed) - killed);
        writes.push(client.first("write", killed) - killed);
      }
      await world.cluster.start();
    }
    const say = (times: number[]) => `${(median(times) / 1000).toFixed(1)} s`;
    process.stderr.write(
      `Vault server, ${KILLS} kills (VAULT_SEED=${SEED}), ${client.writes} writes: median from the leader's end to the ` +
        `next read ${say(reads)}, to the next write ${say(writes)}\n`,
    );
    await world.whole();
    // A median of few, on a machine that is busy with other tests, says nothing of the server.
    if (process.env.VAULT_KILLS !== undefined) expect(median(reads)).toBeLessThan(15_000);
  });

  test("all nodes restarted at once unseal themselves", async () => {
    await world.cluster.stop();

    await world.cluster.start();

    await world.whole();
    expect((await world.status()).healthy).toBe(true);
  });

  describe("vault:roll", () => {
    const order: string[] = [];
    let leader: string;
    let readers: ReaderFleet;

    beforeAll(async () => {
      const balancer = await Balancer.start(world.cluster.connections);
      const way = await reach(world, balancer);
      readers = await ReaderFleet.warm(way.environment, READERS, ROLL_MS);
      leader = `node-${(await world.leader()) + 1}`;
      readers.start();
      await rollAll(order);
      await until("every reader has asked again", async () => readers.fetchedAgain === READERS);
      await readers.stop();
      await way.stop();
      await balancer.stop();
    });

    test("replaces one node after the other, the leader last", () => {
      expect([...order].sort()).toEqual(["node-1", "node-2", "node-3"]);
      expect(order.at(-1)).toBe(leader);
    });

    test("fails no read of functions, all of which ask for their secret again meanwhile", () => {
      process.stderr.write(
        `Rolling replacement: ${readers.reads} reads of ${READERS} functions, ${readers.failures.length} failed; ` +
          `${readers.outlived} used a secret for longer than five minutes\n`,
      );
      expect(readers.failures).toEqual([]);
    });
  });

  test.each([
    ["zip", (files: Record<string, Uint8Array>) => zipSync(files)],
    ["tar.gz", tarOf],
  ])("vault:artifact stores the program of a release's %s file, by its checksum", async (end, pack) => {
    const program = new Uint8Array(64).fill(0xb7, 18, 19);
    program.set([0x7f, 0x45, 0x4c, 0x46]);
    program[63] = end.length;
    const file = join(world.directory, `vault.${end}`);
    const archive = pack({
      "LICENSE.txt": new Uint8Array(1000).fill(65),
      vault: program,
      "b.txt": new Uint8Array(3),
    });
    writeFileSync(file, archive);
    const sha256 = createHash("sha256").update(archive).digest("hex");

    const artifact = await uploadArtifact({ s3: world.s3, bucket: BUCKET, file, sha256 });

    expect(artifact).toEqual({ name: "vault", sha256: createHash("sha256").update(program).digest("hex") });
    const { Body } = await world.s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: artifactKey(artifact) }),
    );
    expect(await Body?.transformToByteArray()).toEqual(program);
  });

  test("vault:restore brings back what a snapshot has, and the same logins", async () => {
    const vault = await world.operator();
    await client.stop();
    const write = (text: string) => callVault(vault, "POST", "kv/data/restored", { data: { text } });
    await write("before");
    const snapshot = await takeSnapshot(world);
    await write("after");

    await world.restore(snapshot);

    const { token } = await world.operator();
    for (const node of world.cluster.connections) {
      const { data } = await callVault({ ...node, token }, "GET", "kv/data/restored");
      expect(data).toMatchObject({ data: { text: "before" } });
    }
  });

  // The last: the client writes nothing from its beginning to its end.
  describe("a server that lost all its data", () => lostData(() => world, prepare));

  /** @param order gets the nodes as they are replaced */
  async function rollAll(order: string[]): Promise<void> {
    await roll({
      ...world.wholeness,
      replace: async (id) => {
        order.push(id);
        const node = world.cluster.nodes[Number(id.slice(-1)) - 1];
        await node?.stop();
        // A new machine has everything anew but the data.
        for (const path of ["/opt/vault-server/bin", "/etc/vault-server/tls"])
          rmSync(node?.path(path) ?? "", { recursive: true });
        await node?.start();
      },
      say: () => undefined,
    });
  }

  /** As in the shell of `vault:tunnel`. */
  async function typeInTunnel({ address, token, serverName }: VaultConnection, script: string) {
    const { directory, binary, authorityPem } = world;
    const programs = join(directory, "programs");
    mkdirSync(programs, { recursive: true });
    rmSync(join(programs, "vault"), { force: true });
    symlinkSync(binary, join(programs, "vault"));
    const VAULT_CACERT = join(directory, "authority.pem");
    writeFileSync(VAULT_CACERT, authorityPem);
    const env = {
      ...process.env,
      PATH: `${programs}:${process.env.PATH}`,
      VAULT_CACERT,
      VAULT_ADDR: address,
    };
    await run("bash", ["-euo", "pipefail", "-c", script], {
      env: { ...env, VAULT_TOKEN: token, VAULT_TLS_SERVER_NAME: serverName },
    });
  }
}

async function throughProxy(world: ServerWorld, { address }: Balancer): Promise<FunctionsWay> {
  const operator = await world.operator();
  const ready = "kv/data/orders";
  await callVault(operator, "POST", ready, { data: { password: "of Vault" } });
  const { auth } = await callVault(operator, "POST", "auth/token/create", { policies: ["client"] });
  const { client_token: token } = auth as { client_token: string };
  const { directory, binary } = world;
  const proxy = await ServerProxy.start({ directory, binary, vault: { ...operator, address, token }, ready });
  const environment = {
    SECRET_SOURCES: "vault-proxy",
    SECRET_VAULT_PATH: "kv/data/",
    VAULT_ADDR: proxy.address,
  };
  return { environment, stop: () => proxy.stop() };
}

/** As OpenBao publishes its programs. */
function tarOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "tar-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const archive = execFileSync("tar", ["-czf", "-", "-C", folder, ...Object.keys(files)]);
  rmSync(folder, { recursive: true });
  return archive;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
