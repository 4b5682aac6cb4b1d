import { rmSync } from "node:fs";
import { initialise, type Recovery } from "../../../../scripts/vault/initialise";
import { sharesAreKept } from "../../../../scripts/vault/kept-shares";
import { askVault, callVault } from "../../../../scripts/vault/vault-api";
import { wholeAgain } from "../../../../scripts/vault/wholeness";
import { rootOf, turnOnGenerateRoot } from "./root-token";
import type { ServerWorld } from "./server-world";
import { ShareOwner } from "./share-owner";
import { takeSnapshot } from "./snapshots";

const SECRET = "kv/data/of-before";

/**
 * All nodes lose their data: what `vault:init -- --again`, with PGP keys, and `vault:restore` make of that.
 *
 * @param prepare makes a server with another key
 */
export function lostData(world: () => ServerWorld, prepare: () => Promise<ServerWorld>): void {
  let owners: readonly ShareOwner[];
  let shares: readonly string[];
  let before: Recovery | undefined;
  let began: Recovery | undefined;
  let kept: Recovery | undefined;
  let rootOfNewShares: unknown;
  let refusal: unknown;
  let afterRefusal: unknown;

  beforeAll(async () => {
    const { cluster, initialisation } = world();
    const { recovery } = initialisation;
    const [first] = cluster.connections;
    if (!first) throw new Error("the server must have a node");
    await callVault(await world().operator(), "POST", SECRET, { data: { text: "before" } });
    const snapshot = await takeSnapshot(world());
    before = await recovery.read();

    await cluster.stop();
    for (const node of cluster.nodes) rmSync(node.path("/var/lib/vault-server"), { recursive: true });
    if (cluster.nodes[0]) await turnOnGenerateRoot(cluster.nodes[0]);
    await cluster.start();
    owners = await Promise.all(["a", "b", "c", "d", "e"].map((name) => ShareOwner.of(name)));
    const pgpKeys = owners.map(({ publicKey }) => publicKey);
    const lostRecovery = world().secret("shares-of-lost-data");
    await initialise({ ...initialisation, lostRecovery, pgpKeys });
    kept = await lostRecovery.read();
    began = await recovery.read();
    shares = began?.shares ?? [];
    rootOfNewShares = await rootOf(first, await decrypted());

    const foreign = await snapshotOfOther(prepare);
    refusal = await world()
      .restore(foreign)
      .catch((error) => error);
    afterRefusal = await rootOf(first, await decrypted());
    await world().restore(snapshot);
  });

  test("vault:init -- --again keeps the shares of the lost data, and makes others", () => {
    expect(kept).toEqual(before);
    expect(shares).toHaveLength(5);
    expect(shares.filter((share) => before?.shares.includes(share))).toEqual([]);
  });

  test("with PGP keys, each share is for one person alone", async () => {
    expect(began).toMatchObject({ state: "ready", encrypted: true });
    const [one, other] = owners;
    expect(await one?.decrypt(shares[0] ?? "")).toMatch(/^[0-9a-f]{66}$/);
    await expect(other?.decrypt(shares[0] ?? "")).rejects.toThrow("decrypt");
  });

  test("three of those who can decrypt theirs make a root token", () => {
    expect(rootOfNewShares).toEqual(["root"]);
  });

  test("vault:restore refuses a snapshot of another key, and changes nothing", () => {
    expect(String(refusal)).toContain("could not verify hash file");
    expect(afterRefusal).toEqual(["root"]);
  });

  test("vault:restore brings back the data and logins that were lost, at every node", async () => {
    const { token } = await world().operator();
    for (const node of world().cluster.connections) {
      const { data } = await callVault({ ...node, token }, "GET", SECRET);
      expect(data).toMatchObject({ data: { text: "before" } });
    }
  });

  test("after vault:restore, a node that restarts alone is one of the server again", async () => {
    const { cluster } = world();
    const node = cluster.nodes[((await world().leader()) + 1) % cluster.nodes.length];
    await node?.stop();
    // Which the node has to get from its leader.
    await callVault(await world().operator(), "POST", SECRET, { data: { text: "before" } });
    await node?.start();

    await wholeAgain(world().wholeness);
  });

  test("then the shares of the lost data count, and the others do not", async () => {
    const [first] = world().cluster.connections;
    if (!first) throw new Error("the server must have a node");
    expect(await rootOf(first, kept?.shares.slice(0, 3) ?? [])).toEqual(["root"]);
    await expect(rootOf(first, await decrypted())).rejects.toThrow("Vault refused");
  });

  test("then a deploy and vault:init know the server by its former id", async () => {
    const { initialisation, shares: kept } = world();
    const { body } = await askVault(await world().operator(), "GET", "sys/health");

    expect(await sharesAreKept(kept, String(body?.cluster_id))).toBe(true);
    expect(await initialise(initialisation)).toEqual([expect.stringContaining("nothing was changed")]);
  });

  async function decrypted(): Promise<readonly string[]> {
    return await Promise.all(owners.slice(0, 3).map((owner, index) => owner.decrypt(shares[index] ?? "")));
  }
}

/** One node is enough. */
async function snapshotOfOther(prepare: () => Promise<ServerWorld>): Promise<Uint8Array> {
  const other = await prepare();
  try {
    const { cluster, initialisation } = other;
    await cluster.nodes[0]?.start();
    await initialise({ ...initialisation, nodes: cluster.reached.slice(0, 1) });
    return await takeSnapshot(other);
  } finally {
    await other.stop();
  }
}
