import { deployedEnvironment } from "../../../testbed/iam/deployed-environment";
import { resourcesOfTemplates, type StackTemplate } from "../../../testbed/iam/resolved-templates";
import { shippedEnvironment } from "../../support/shipped";

const dev = shippedEnvironment("dev");
const statement = (resource: string) => [{ sid: "Use", actions: ["kms:Decrypt"], resources: [resource] }];
const templates = (resource: string): Record<string, StackTemplate> => ({
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
  deployedEnvironment(dev, resourcesOfTemplates(templates(resource), dev)).policies;

test("a reference to another stack is what AWS would give the resource there", () => {
  const [key] = resourcesOfTemplates(templates("*"), dev);
  expect(key?.attributes.arn).toMatch(/^arn:aws:kms:ap-northeast-2:111122223333:key\/[0-9a-f-]{36}$/);
  expect(policies(OTHER_STACK).find(({ kind }) => kind === "identity")).toEqual({
    from: "dev-native/aws_iam_role_policy.Policy",
    kind: "identity",
    of: "arn:aws:iam::111122223333:role/app",
    document: {
      Version: "2012-10-17",
      Statement: [{ Sid: "Use", Effect: "Allow", Action: ["kms:Decrypt"], Resource: [key?.attributes.arn] }],
    },
  });
});

test("a policy that cannot be resolved is refused", () => {
  expect(() => policies("$" + "{aws_kms_key.Other.arn}")).toThrow("has no aws_kms_key.Other");
  expect(() => policies("$" + "{vault_mount.Mount.path}")).toThrow("known only to Terraform");
  expect(() => policies(OTHER_STACK.replace("keyArn", "other"))).toThrow("has no output other");
});
