import { run } from "../../../scripts/support/processes";
import { askVault, callVault } from "../../../scripts/vault/vault-api";
import { runbookBlock, serverSuite } from "./support/server-suite";
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
        const [first] = cluster.connections;
        const connection = first && { ...first, token: "none" };
        if (!node || !connection) throw new Error("the server must have a node");
        const [edit = ""] = runbookBlock("disable_unauthed_generate_root_endpoints").split("sudo systemctl");
        await run("bash", ["-c", edit.replace("sudo ", "").replace("/etc", node.path("/etc"))]);
        await node.stop();
        await node.start();
        await world().whole();

        const { otp, nonce } = await callVault(connection, "PUT", "sys/generate-root/attempt", {});
        let encoded = "";
        for (const key of (await initialisation.recovery.read())?.shares.slice(0, 3) ?? [])
          encoded = String(
            (await callVault(connection, "PUT", "sys/generate-root/update", { key, nonce })).encoded_token,
          );
        const password = Buffer.from(String(otp));
        const token = Buffer.from(encoded, "base64").map((byte, index) => byte ^ (password[index] ?? 0));
        const root = { ...connection, token: Buffer.from(token).toString() };
        const { data } = await callVault(root, "GET", "auth/token/lookup-self");
        expect(data).toMatchObject({ policies: ["root"] });
        await callVault(root, "POST", "auth/token/revoke-self");
      });
    });
  },
});
