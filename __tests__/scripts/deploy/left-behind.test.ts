import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftBehind } from "../../../scripts/deploy/left-behind";
import type { Stack } from "../../../scripts/deploy/stacks";
import { allVariants, synthesizeEnvironment } from "../../support/shipped";

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

test("a backend that was taken out with resources in its state is said, with the way out", async () => {
  expect(await leftBehind(folderWith({ "staging-vault": [managed, looked] }), native)).toEqual([
    "staging-vault is not in the environment any more, but its state terraform.staging-vault.tfstate still has 2 " +
      'resources; no plan shows them. Put "vault" back into backends, run npm run destroy -- staging-vault ' +
      "--ignore-dependencies, and take " +
      "it out again",
  ]);
});

test("so is each stack that some environment has and another has not", async () => {
  const all = allVariants.map(([, environment]) => Object.keys(synthesizeEnvironment(environment).stacks));
  const always = ["foundation", "functions"];
  const parts = [...new Set(all.flat())].filter((part) => !always.includes(part));
  expect(parts.sort()).toEqual(["native", "operations", "vault", "vault-server"]);
  for (const part of parts) {
    const without = stacksNamed(
      "staging-foundation",
      ...parts.filter((one) => one !== part).map((one) => `staging-${one}`),
    );
    expect(await leftBehind(folderWith({ [`staging-${part}`]: [managed] }), without)).toEqual([
      expect.stringContaining(`run npm run destroy -- staging-${part} --ignore-dependencies, and`),
    ]);
  }
});

test.each([
  ["one that was destroyed first", { "staging-vault": [] }],
  ["a state that looked something up only", { "staging-vault": [looked] }],
  ["one that is in the environment", { "staging-native": [managed] }],
  ["one of another environment", { "staging-eu-vault": [managed], "prod-vault": [managed] }],
  ["a stack of the user's own", { "staging-billing": [managed] }],
])("nothing is said of %s", async (_, states) => {
  expect(await leftBehind(folderWith(states), native)).toEqual([]);
});

test("nothing is said without stacks of an environment", async () => {
  expect(await leftBehind(folderWith({ "staging-vault": [managed] }), stacksNamed("other"))).toEqual([]);
});

test("a state that is no state is said, and stops nothing", async () => {
  const output = folderWith({});
  writeFileSync(join(output, "..", "terraform.staging-vault.tfstate"), "<html>");
  expect(await leftBehind(output, native)).toEqual([
    "whether staging-vault left resources behind cannot be seen: terraform.staging-vault.tfstate cannot be read " +
      '(SyntaxError). See "A stack that is taken out" in docs/operations.md',
  ]);
});

test("state in S3 that cannot be read is said once, and stops nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "left-behind-"));
  const s3 = { bucket: "acme-state", key: "team/staging-foundation.tfstate", region: "ap-northeast-2" };
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify({ terraform: { backend: { s3 } } }));
  const variables = {
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  };
  const before = { ...process.env };
  Object.assign(process.env, variables);
  const stacks = stacksNamed("staging-foundation").map((stack) => ({ ...stack, folder }));
  const warnings = await leftBehind(folder, stacks).finally(() => {
    process.env = before;
  });
  expect(warnings).toEqual([
    expect.stringMatching(
      /^whether staging-native left .*: s3:\/\/acme-state\/team\/staging-native\.tfstate cannot be read/,
    ),
  ]);
});
