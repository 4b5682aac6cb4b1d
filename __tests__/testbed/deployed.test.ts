import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addressOfResource } from "../../testbed/deployed/resources";
import { resourcesOfStates, stateFiles } from "../../testbed/deployed/states";
import { resolved, type Templates } from "../../testbed/deployed/templates";
import { deployedEnvironment } from "../../testbed/iam/deployed-environment";
import { shippedEnvironment } from "../support/shipped";

const dev = shippedEnvironment("dev");
const statement = (resource: string) => [{ sid: "Use", actions: ["kms:Decrypt"], resources: [resource] }];
const templates = (resource: string): Templates => ({
  "dev-foundation": {
    resource: { aws_kms_key: { Key: { policy: "{}" } } },
    output: { keyArn: { value: "$" + "{aws_kms_key.Key.arn}" } },
  },
  "dev-native": {
    resource: {
      aws_iam_role: { Role: { name: "app", assume_role_policy: "{}" } },
      aws_iam_role_policy: {
        Policy: {
          role: "$" + "{aws_iam_role.Role.name}",
          policy: "$" + "{data.aws_iam_policy_document.Document.json}",
        },
      },
    },
    data: { aws_iam_policy_document: { Document: { statement: statement(resource) } } },
  },
});
const OTHER_STACK =
  "$" + "{data.terraform_remote_state.cross-stack-reference-input-dev-foundation.outputs.keyArn}";
const policies = (resource: string) =>
  deployedEnvironment(dev, resolved(templates(resource), dev).resources).policies;

test("a reference to another stack is what AWS would give the resource there", () => {
  const [key] = resolved(templates("*"), dev).resources;
  expect(key?.values.arn).toMatch(/^arn:aws:kms:ap-northeast-2:111122223333:key\/[0-9a-f-]{36}$/);
  expect(policies(OTHER_STACK).find(({ kind }) => kind === "identity")).toEqual({
    from: "dev-native/aws_iam_role_policy.Policy",
    kind: "identity",
    of: "arn:aws:iam::111122223333:role/app",
    document: {
      Version: "2012-10-17",
      Statement: [{ Sid: "Use", Effect: "Allow", Action: ["kms:Decrypt"], Resource: [key?.values.arn] }],
    },
  });
});

test("a policy that cannot be resolved is refused", () => {
  expect(() => policies("$" + "{aws_kms_key.Other.arn}")).toThrow("has no aws_kms_key.Other");
  expect(() => policies("$" + "{vault_mount.Mount.path}")).toThrow("known only to Terraform");
  expect(() => policies(OTHER_STACK.replace("keyArn", "other"))).toThrow("has no output other");
});

test("state files tell every resource that is there, of every stack", () => {
  const folder = mkdtempSync(join(tmpdir(), "states-"));
  const key = { mode: "managed", type: "aws_kms_key", name: "A", instances: [{ attributes: {} }] };
  const state = JSON.stringify({
    outputs: {},
    resources: [key, { ...key, mode: "data", type: "aws_region" }],
  });
  writeFileSync(join(folder, "terraform.local-native.tfstate"), state);
  writeFileSync(
    join(folder, "terraform.local-vault.tfstate"),
    JSON.stringify({ outputs: {}, resources: [] }),
  );
  writeFileSync(join(folder, "terraform.local-native.tfstate.backup"), "no JSON");
  expect(resourcesOfStates(stateFiles(folder)).map(addressOfResource)).toEqual([
    "local-native/aws_kms_key.A",
  ]);
  rmSync(folder, { recursive: true });
});
