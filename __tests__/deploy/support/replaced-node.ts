import { basename, join } from "node:path";
import { readOutputs } from "../../../scripts/deploy/outputs";
import { StackTerraform } from "../../../scripts/deploy/stack-terraform";
import { type Stack, selectStacks, synthesizedStacks } from "../../../scripts/deploy/stacks";
import { terraformOptions } from "../../../scripts/deploy/terraform-options";
import type { ServerOutput } from "../../../scripts/vault/deployed-server";
import { onlyMachineOf } from "../../../scripts/vault/roll-review";
import type { Plan } from "../../../testbed/terraform/plan-changes";
import { named } from "./states";
import type { DeployWorld } from "./world";

const NODE = "node-1";
const REPLACED = ["delete", "create"];

/** The plan of `vault:roll` for one node: its review takes exactly that node's machine, and nothing of its place. */
export async function expectReplacedNode(stacks: readonly string[], world: DeployWorld): Promise<void> {
  const { text, verdict } = await planReplacement(named(stacks, "vault-server"), world);
  const { resource_changes: changes = [] } = JSON.parse(text) as Plan;
  const actions = changes.flatMap(({ address, change }) =>
    change.actions.join() === "no-op" ? [] : [[address.replace(/_[0-9A-F]{8}$/, ""), change.actions]],
  );
  expect(actions).toEqual([
    ["aws_instance.Server_Machine-node-1", REPLACED],
    ["aws_volume_attachment.Server_Machine-node-1_Data", REPLACED],
  ]);
  expect(verdict).toBe("owner");

  const place = changes
    .map(({ address }) => address)
    .filter((address) => address.includes(`_Place-${NODE}_`));
  expect(place.map((address) => address.split(".")[0]).sort()).toEqual([
    "aws_ebs_volume",
    "aws_network_interface",
    "aws_ssm_document",
  ]);
  for (const other of place) expectBlocked(NODE, alsoReplacing(other, text), other);
  expectBlocked("node-2", text, "Machine-node-1");
}

function expectBlocked(id: string, plan: string, other: string): void {
  const { verdict, text } = onlyMachineOf(id)("dev-vault-server", plan);
  expect([verdict, text.split("\n").at(-2)]).toEqual([
    "blocked",
    expect.stringMatching(new RegExp(`^This would do more than replace the machine of ${id}: .*${other}`)),
  ]);
}

/** The same plan, which would replace that resource, too. */
function alsoReplacing(other: string, text: string): string {
  const plan = JSON.parse(text) as Plan;
  const resource_changes = plan.resource_changes?.map((one) =>
    one.address === other ? { ...one, change: { ...one.change, actions: REPLACED } } : one,
  );
  return JSON.stringify({ ...plan, resource_changes });
}

async function planReplacement(folder: string, { terraform }: DeployWorld) {
  const { nodes } = (await readOutputs(folder, terraform)).vault_server as ServerOutput;
  const [stack] = selectStacks(synthesizedStacks(join(folder, "..", "..")), [basename(folder)]);
  let text = "";
  let verdict: string | undefined;
  const reviewed = new StackTerraform(stack as Stack, {
    ...terraform,
    screen: { isTerraforms: false, coloured: false, begin: () => {}, line: () => {} },
    extra: terraformOptions([]),
    review: (name, plan) => {
      text = plan;
      return onlyMachineOf(NODE)(name, plan);
    },
  });
  await reviewed.apply([`-replace=${nodes[NODE]?.resource}`], async (planned) => {
    verdict = planned.verdict;
    return false;
  });
  return { text, verdict };
}
