import type { Resource, Values } from "../../../testbed/deployed/resources";
import { Deployed } from "../../../testbed/iam/deployed";

const ACCOUNT = "123456789012";
const document = JSON.stringify({ Statement: [] });
const role = { name: "app", arn: `arn:aws:iam::${ACCOUNT}:role/service/app`, assume_role_policy: document };

function deploy(type: string, values: Values, mode: Resource["mode"] = "managed"): Deployed {
  const resource = (type: string, values: Values) => ({ stack: "dev", mode, type, name: "one", values });
  return new Deployed(ACCOUNT, "eu-west-1", [resource("aws_iam_role", role), resource(type, values)]);
}

test.each([
  ["aws_sqs_queue_policy", { policy: document }],
  ["aws_iam_user_policy_attachment", { user: "app" }],
  ["aws_iam_role_policies_exclusive", { role_name: "app" }],
  ["aws_lambda_layer_version_permission", { principal: "*" }],
  ["aws_kms_grant", { grantee_principal: "app" }],
  ["aws_sqs_queue", { policy: document }],
])("%s is refused, because nothing here reads what it allows", (type, attributes) => {
  expect(() => deploy(type, attributes)).toThrow(
    `nobody reads what these allow: dev/${type}.one; let testbed/iam`,
  );
});

test.each([
  ["aws_sqs_queue", { policy: null }],
  ["aws_volume_attachment", { volume_id: "vol-1" }],
  ["aws_sns_topic", { policy: document }],
  ["vault_policy", { policy: document }],
])("%s with %j allows nobody in AWS anything", (type, attributes) => {
  expect(deploy(type, attributes).policies.map(({ kind }) => kind)).toEqual(["trust"]);
});

test("what is only looked up makes no policy", () => {
  expect(deploy("aws_sqs_queue_policy", { policy: document }, "data").policies).toEqual([]);
});

test.each([
  [{ principal: "*" }],
  [{ principal: "210987654321" }],
  [{ principal: `arn:aws:iam::${ACCOUNT}:root` }],
  [{ principal: "s3.amazonaws.com", principal_org_id: "o-1" }],
])("a permission of a function for %j is refused", (permission) => {
  const of = { function_name: "app", action: "lambda:InvokeFunction" };
  expect(() => deploy("aws_lambda_permission", { ...of, ...permission })).toThrow(
    `the permission of app is for ${permission.principal}`,
  );
});

describe.each([
  ["aws_iam_role_policy", { policy: document }],
  ["aws_iam_role_policy_attachment", { policy_arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
])("%s", (type, attributes) => {
  test("of a role that is not there is refused", () => {
    expect(() => deploy(type, { ...attributes, role: "other" })).toThrow(
      'expected one aws_iam_role with {"name":"other"}, found 0',
    );
  });
});

test("a role's policy is of the role's ARN, which may have a path", () => {
  const { policies } = deploy("aws_iam_role_policy", { role: "app", policy: document });
  expect(policies.at(-1)).toMatchObject({ kind: "identity", of: role.arn });
});
