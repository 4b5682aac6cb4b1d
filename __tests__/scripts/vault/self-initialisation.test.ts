import { existsSync, rmSync } from "node:fs";
import type { Prepared } from "../../../scripts/deploy/driver";
import { findVaultBinary } from "../../../scripts/machine/vault-binaries";
import type { Recovery } from "../../../scripts/vault/initialise";
import type { JsonSecret } from "../../../scripts/vault/json-secret";
import { wayToVault } from "../../../scripts/vault/preparation";
import { keepRecoveryShares } from "../../../scripts/vault/recovery-shares";
import {
  askVault,
  callVault,
  type VaultAnswer,
  type VaultConnection,
} from "../../../scripts/vault/vault-api";
import { peers, until } from "../../../scripts/vault/waiting";
import { type VaultProgram, vaultProgram } from "../../../testbed/vault/program";
import { shippedWith } from "../../support/shipped";
import { FORWARDING, writeAwsCli } from "./support/aws-cli";
import { rootOf, turnOnGenerateRoot } from "./support/root-token";
import { BUCKET, HOST_NAME, ServerWorld } from "./support/server-world";
import { ShareOwner } from "./support/share-owner";
import { snapshots } from "./support/snapshots";

jest.setTimeout(300_000);

const AUTOPILOT = "sys/storage/raft/autopilot/configuration";
const DATA = "/var/lib/vault-server";
const binary = findVaultBinary();
const named = binary ? vaultProgram(binary) : undefined;
const servers: readonly (readonly [string, VaultProgram | undefined])[] = [
  ["OpenBao", undefined],
  ...(named?.software === "openbao" ? [["OpenBao that VAULT_BINARY names", named] as const] : []),
];

const ENVIRONMENT = shippedWith("vault-server", ["vault"], {
  namePrefix: "app",
  "vault.server.software": "openbao",
  "vault.server.operators": ["arn:aws:iam::111122223333:role/operators"],
  "vault.server.binary.plugins": [{ name: "openbao-plugin-auth-aws", sha256: "0".repeat(64) }],
});
const OF_OTHER: Recovery = { state: "ready", threshold: 3, shares: ["old"], encrypted: false };

/** By whoever reaches that node, once it answers. */
async function initialisedBySomebody(node: VaultConnection | undefined): Promise<VaultAnswer> {
  if (!node) throw new Error("the server must have a node");
  await until("the node answers", async () => (await askVault(node, "GET", "sys/init")).status === 200);
  return await askVault(node, "PUT", "sys/init", { recovery_shares: 1, recovery_threshold: 1 });
}

/** One that does not get what a run would keep, as where the run is stopped there. */
function losing(recovery: JsonSecret<Recovery>): JsonSecret<Recovery> {
  const replace = (versionId: string, value: Recovery) => {
    if (value.state === "initialised") throw new Error("stopped");
    return recovery.replace(versionId, value);
  };
  return Object.assign(Object.create(recovery) as JsonSecret<Recovery>, { replace });
}

describe.each(servers)("%s that initialises itself", (_, program) => {
  let world: ServerWorld;

  /** With a first volume that is new. */
  async function prepare(nodes: number): Promise<void> {
    world = await ServerWorld.prepare(program, { selfInitialises: true, nodes });
    const [first] = world.cluster.nodes;
    if (!first) throw new Error("the server must have a node");
    first.newVolume();
    await turnOnGenerateRoot(first);
  }

  async function began(): Promise<void> {
    const [first] = world.cluster.nodes;
    await first?.started();
  }

  afterAll(() => world?.stop());

  describe("as four nodes", () => {
    let refused: VaultAnswer;
    let prepared: Prepared[];
    let stopped: unknown;
    let twice: PromiseSettledResult<readonly string[]>[];

    beforeAll(async () => {
      await prepare(4);
      const { initialisation, cluster } = world;
      const [first, ...others] = cluster.nodes;
      await Promise.all(others.map((node) => node.start()));
      refused = await initialisedBySomebody(cluster.connections[1]);
      await first?.start();
      await began();
      const keep = (recovery = initialisation.recovery) =>
        keepRecoveryShares({ ...initialisation, recovery, lostRecovery: world.secret("lost") });
      prepared = [await wayOfDeploy()];
      stopped = await keep(losing(initialisation.recovery)).catch((error) => error);
      prepared.push(await wayOfDeploy());
      twice = await Promise.allSettled([keep(), keep()]);
      prepared.push(await wayOfDeploy());
    });

    test("lets nobody initialise a node that has none to join yet", () => {
      expect(refused).toMatchObject({ status: 503, body: { initialized: false } });
    });

    test("keeps shares in two runs at once, after one that was stopped", async () => {
      expect(stopped).toEqual(new Error("stopped"));
      expect(twice.filter(({ status }) => status === "rejected")).toEqual([]);
      const kept = await world.initialisation.recovery.read();
      expect(kept).toEqual({ state: "ready", threshold: 3, encrypted: false, shares: expect.any(Array) });
      expect(kept?.shares).toHaveLength(5);
    });

    test("leaves no root token", async () => {
      const operator = await world.operator();
      const { data } = await callVault(operator, "LIST", "auth/token/accessors");
      for (const accessor of (data as { keys: string[] }).keys) {
        const { body } = await askVault(operator, "POST", "auth/token/lookup-accessor", { accessor });
        expect(JSON.stringify(body?.data ?? {})).not.toContain('"root"');
      }
    });

    test("is not configured before a run that keeps its shares has come to its end", () => {
      const waits = { kind: "for you", what: expect.stringContaining("vault:init keeps") };
      expect(prepared).toEqual([waits, waits, expect.objectContaining({ kind: "ready" })]);
    });

    test("does nothing in another run", async () => {
      const lostRecovery = world.secret("lost");
      expect(await keepRecoveryShares({ ...world.initialisation, lostRecovery })).toEqual([
        expect.stringContaining("nothing was changed"),
      ]);
    });

    test("makes a root token of three shares alone", async () => {
      const [node] = world.cluster.connections;
      const shares = (await world.initialisation.recovery.read())?.shares ?? [];
      if (!node) throw new Error("the server must have a node");
      expect(await rootOf(node, shares.slice(1, 4))).toEqual(["root"]);
    });

    test("lets nodes take snapshots", async () => {
      for (const node of world.cluster.nodes) await node.run("snapshot");
      expect(await snapshots(world)).toHaveLength(1);
    });

    test("does not begin anew at a node that lost its data", async () => {
      const { cluster } = world;
      const [first] = cluster.nodes;
      const clusterId = async () =>
        (await askVault(await world.operator(), "GET", "sys/health")).body?.cluster_id;
      const before = await clusterId();
      await first?.stop();
      rmSync(first?.path(DATA) ?? "", { recursive: true });
      // As if this volume were the first that the server ever had.
      first?.newVolume();

      await cluster.start();
      await world.whole();

      expect(await clusterId()).toBe(before);
      expect(existsSync(first?.path("/etc/vault-server/initialise.json") ?? "")).toBe(false);
    });

    /** What a deploy is told that is to configure the server. */
    async function wayOfDeploy(): Promise<Prepared> {
      const { directory, authorityPem, stsUrl, cluster } = world;
      const { hostname, port } = new URL(cluster.connections[0]?.address ?? "");
      const node = {
        instance_id: "i-0",
        address: hostname,
        tunnel_document: `${hostname}_${port}`,
        resource: "",
      };
      const before = process.env;
      writeAwsCli(directory, FORWARDING);
      process.env = {
        ...before,
        PATH: `${directory}:${before.PATH}`,
        AWS_ENDPOINT_URL: world.endpoint,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        VAULT_TOKEN: "of the user",
      };
      try {
        const way = await wayToVault(
          {
            address: `https://${HOST_NAME}:8200`,
            certificate_authority: authorityPem,
            sts_url: stsUrl,
            bucket: BUCKET,
            nodes: { "node-1": node },
            environment: ENVIRONMENT,
          },
          "deploy",
        );
        if (way.kind === "ready") await way.close?.();
        return way;
      } finally {
        process.env = before;
      }
    }

    test("has autopilot remove a node that is gone", async () => {
      const { cluster, initialisation } = world;
      const leader = await world.leader();
      await cluster.nodes[leader === 3 ? 2 : 3]?.stop();
      const settings = initialisation.requests.find(({ path }) => path === AUTOPILOT)?.data;
      // The least that a server takes, in the place of a day.
      const data = { ...settings, dead_server_last_contact_threshold: "1m0s" };
      await callVault(await world.operator(), "POST", AUTOPILOT, data);

      await until("three are left", async () => (await peers(await world.operator())).length === 3, 120_000);
    });
  });

  describe("as one node, for five people", () => {
    let owners: readonly ShareOwner[];
    let stopped: unknown;
    let kept: Recovery | undefined;
    let ofOther: Recovery | undefined;
    let notLetIn: string;
    let begunByCommand: JsonSecret<Recovery>;
    let ofCommand: string;
    let status: string;

    beforeAll(async () => {
      await world?.stop();
      await prepare(1);
      const { initialisation, cluster } = world;
      await cluster.nodes[0]?.start();
      await began();
      owners = await Promise.all(["a", "b", "c", "d", "e"].map((name) => ShareOwner.of(name)));
      const pgpKeys = owners.map(({ publicKey }) => publicKey);
      const keep = (recovery = initialisation.recovery) =>
        keepRecoveryShares({ ...initialisation, recovery, pgpKeys, lostRecovery: world.secret("lost") });
      const refusal = (changes: Partial<typeof initialisation>) =>
        keepRecoveryShares({ ...initialisation, ...changes, lostRecovery: world.secret("lost") }).then(
          () => "",
          (error: Error) => error.message,
        );
      notLetIn = await refusal({ logIn: () => Promise.reject(new Error("refused")) });
      begunByCommand = world.secret("begun-by-command");
      await begunByCommand.write({ ...OF_OTHER, state: "initialised", rootToken: "root" });
      ofCommand = await refusal({ recovery: begunByCommand });
      status = (await world.status()).lines.join("\n");
      await initialisation.recovery.write(OF_OTHER);
      stopped = await keep(losing(initialisation.recovery)).catch((error) => error);
      await keep();
      kept = await initialisation.recovery.read();
      ofOther = await world.secret("lost").read();
    });

    test("that lets no operator in before it has shares says how to begin anew", () => {
      expect(notLetIn).toContain("is not: refused");
      expect(notLetIn).toContain("initialised itself only in part");
    });

    test("leaves what a run with --again began, and its root token", async () => {
      expect(ofCommand).toContain("a run of vault:init -- --again must end what it began");
      expect(await begunByCommand.read()).toMatchObject({ state: "initialised", rootToken: "root" });
    });

    test("has vault:status tell that there are no shares", () => {
      expect(status).toContain("There are no recovery shares");
    });

    test("keeps the shares of a run that was stopped", async () => {
      expect(stopped).toEqual(new Error("stopped"));
      expect(kept).toMatchObject({ state: "ready", encrypted: true });
      const [node] = world.cluster.connections;
      if (!node) throw new Error("the server must have a node");
      const shares = await Promise.all((kept?.shares ?? []).map(decryptedBySomebody));
      expect(await rootOf(node, shares.slice(0, 3))).toEqual(["root"]);
    });

    test("keeps shares of another server that was destroyed", () => {
      expect(ofOther).toEqual(OF_OTHER);
    });

    test("keeps no copy of them", async () => {
      const { body } = await askVault(await world.operator(), "GET", "sys/rotate/recovery/backup");
      expect(JSON.stringify(body)).toContain("no backed-up keys");
    });

    async function decryptedBySomebody(share: string): Promise<string> {
      return await Promise.any(owners.map((owner) => owner.decrypt(share)));
    }
  });
});

test("one that did not initialise itself is told of", async () => {
  const world = await ServerWorld.prepare();
  try {
    const { initialisation, cluster } = world;
    await cluster.nodes[0]?.start();
    const nodes = cluster.reached.slice(0, 1);
    const lostRecovery = world.secret("lost");
    await expect(keepRecoveryShares({ ...initialisation, nodes, lostRecovery })).rejects.toThrow(
      "must have initialised itself, and did not",
    );
    expect(await initialisation.recovery.read()).toBeUndefined();
  } finally {
    await world.stop();
  }
});
