import { onlyMachineOf } from "../../../scripts/vault/roll-review";
import { planText } from "../review/support/plans";

const replaced = { actions: ["delete", "create"], before: {}, after: {} };
const machine = { ...replaced, type: "aws_instance", address: "aws_instance.Server_Machine-node-1_0A1B2C3D" };
const attachment = {
  ...replaced,
  type: "aws_volume_attachment",
  address: "aws_volume_attachment.Server_Machine-node-1_Data_0A1B2C3D",
};

const verdict = (id: string, ...changes: Parameters<typeof planText>[0]) =>
  onlyMachineOf(id)("app-vault-server", planText(changes));

test("the machine of the node and its attachment may be replaced", () => {
  expect(verdict("node-1", machine, attachment)).toEqual({
    text: "Only node-1 is replaced.\n",
    verdict: "owner",
  });
});

test.each([
  ["the node, whose machine it takes away", { ...machine, actions: ["delete"], after: undefined }],
  ["another node", { ...machine, address: "aws_instance.Server_Machine-node-10_0A1B2C3D" }],
  [
    "a rule",
    { type: "aws_security_group", address: "aws_security_group.Server_Node", before: {}, after: { a: 1 } },
  ],
])("a plan that also changes %s is blocked, with what it changes", (_, other) => {
  const { text, verdict: said } = verdict("node-1", machine, other);
  expect(said).toBe("blocked");
  expect(text).toContain(
    `This would do more than replace the machine of node-1: ${other.address}. Deploy that first`,
  );
});
