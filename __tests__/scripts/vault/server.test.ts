import { askVault } from "../../../scripts/vault/vault-api";
import { rootOf, turnOnGenerateRoot } from "./support/root-token";
import { serverSuite } from "./support/server-suite";
import { ServerWorld } from "./support/server-world";

// OpenBao from PyPI, in every run: with a static seal, and operators that log in by certificates.
serverSuite({
  prepare: () => ServerWorld.prepare(),
  more: (world) => {
    describe("recovery shares", () => {
      test("make no root token, as long as the server is what was made", async () => {
        const [node] = world().cluster.connections;
        expect(node && (await askVault(node, "GET", "sys/generate-root/attempt")).status).toBe(405);
      });

      test("make one at the node at which the runbook turned it on", async () => {
        const { cluster, initialisation } = world();
        const [node] = cluster.nodes;
        const [connection] = cluster.connections;
        if (!node || !connection) throw new Error("the server must have a node");
        await turnOnGenerateRoot(node);
        await node.stop();
        await node.start();
        await world().whole();

        const shares = (await initialisation.recovery.read())?.shares.slice(0, 3) ?? [];
        expect(await rootOf(connection, shares)).toEqual(["root"]);
      });
    });
  },
});
