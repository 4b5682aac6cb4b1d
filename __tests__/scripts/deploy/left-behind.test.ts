import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftBehind } from "../../../scripts/deploy/left-behind";
import type { Stack } from "../../../scripts/deploy/stacks";

const stacksNamed = (...names: string[]): Stack[] =>
  names.map((name) => ({ name, folder: `/${name}`, needs: [], reads: new Map() }));

function folderWith(states: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), "left-behind-"));
  for (const [stack, resources] of Object.entries(states))
    writeFileSync(
      join(folder, `terraform.${stack}.tfstate`),
      JSON.stringify({ version: 4, serial: 1, outputs: {}, resources }),
    );
  return join(folder, "cdktf.out");
}

const managed = { mode: "managed", type: "vault_policy", instances: [{}, {}] };
const looked = { mode: "data", type: "aws_iam_policy_document", instances: [{}] };
const native = stacksNamed("staging-foundation", "staging-native", "staging-functions");

test("a backend that was taken out with resources in its state is said, with the way out", () => {
  expect(leftBehind(folderWith({ "staging-vault": [managed, looked] }), native)).toEqual([
    "staging-vault is not in the environment any more, but its state terraform.staging-vault.tfstate still has 2 resources; " +
      'no plan shows them. Put "vault" back into backends, run npm run destroy -- staging-vault, and take it out again',
  ]);
});

test("so is the native one", () => {
  const vault = stacksNamed("staging-foundation", "staging-vault", "staging-functions");
  expect(leftBehind(folderWith({ "staging-native": [managed] }), vault)).toHaveLength(1);
});

test.each([
  ["one that was destroyed first", { "staging-vault": [] }],
  ["a state that looked something up only", { "staging-vault": [looked] }],
  ["one that is in the environment", { "staging-native": [managed] }],
  ["one of another environment", { "staging-eu-vault": [managed], "prod-vault": [managed] }],
  ["a stack of the user's own", { "staging-billing": [managed] }],
])("nothing is said of %s", (_, states) => {
  expect(leftBehind(folderWith(states), native)).toEqual([]);
});

test("nothing is said without stacks of an environment", () => {
  expect(leftBehind(folderWith({ "staging-vault": [managed] }), stacksNamed("other"))).toEqual([]);
});
