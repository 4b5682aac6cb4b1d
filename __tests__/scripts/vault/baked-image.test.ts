import { writeFileSync } from "node:fs";
import { BAKED_PLUGINS } from "../../../constructs/vault/server/node/vault-node";
import { findVaultBinary, VAULT_HINT } from "../../../scripts/machine/vault-binaries";
import { initialise } from "../../../scripts/vault/initialise";
import { vaultProgram } from "../../../testbed/vault/program";
import { describeNeeding } from "../../support/needing";
import { ServerWorld } from "./support/server-world";

const binary = findVaultBinary();
const program = binary ? vaultProgram(binary) : undefined;

describeNeeding("a server that its image has", { [VAULT_HINT]: binary }, () => {
  let world: ServerWorld;

  beforeEach(async () => {
    world = await ServerWorld.prepare(program, { isBaked: true });
  });

  afterEach(() => world.stop());

  /** One node is enough. */
  async function begin(): Promise<readonly string[]> {
    const { cluster, initialisation } = world;
    await cluster.nodes[0]?.start();
    return await initialise({ ...initialisation, nodes: cluster.reached.slice(0, 1) });
  }

  test("lets operators in by AWS", async () => {
    expect(await begin()).toContain("An operator's login was tried, and works.");
  });

  for (const { name } of program?.plugins ?? [])
    test(`does not run ${name} with another checksum`, async () => {
      const file = world.cluster.nodes[0]?.path(`${BAKED_PLUGINS}/${name}`) ?? "";
      writeFileSync(file, "#!/bin/sh\n", { mode: 0o755 });

      await expect(begin()).rejects.toThrow("checksum");
    });
});
