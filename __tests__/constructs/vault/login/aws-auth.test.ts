import { AwsAuth, type AwsAuthProps } from "../../../../constructs/vault/login/aws-auth";
import { recordedConsumer } from "../../../support/recorded-consumer";
import { authProps, synthesizeWithVault } from "../support";

function awsAuth(changes: Partial<AwsAuthProps> = {}) {
  return synthesizeWithVault((scope) => {
    const auth = new AwsAuth(scope, "Auth", { ...authProps, ...changes });
    auth.admit(recordedConsumer("app-orders"), ["orders"]);
    return auth;
  }).template;
}

const template = awsAuth();
const role = template.resource("vault_aws_auth_backend_role");

test("is mounted where asked to", () => {
  expect(template.resource("vault_auth_backend")).toMatchObject({ type: "aws", path: "aws" });
});

test("has logins checked in one region, signed for this Vault", () => {
  expect(template.resource("vault_aws_auth_backend_client")).toEqual({
    backend: template.reference("path", "vault_auth_backend"),
    sts_endpoint: "https://sts.ap-northeast-2.amazonaws.com",
    sts_region: "ap-northeast-2",
    iam_server_id_header_value: "vault.example",
  });
});

test("binds a function by the exact ARN of its role, which Vault compares without asking AWS", () => {
  expect(role).toMatchObject({
    role: "app-orders",
    auth_type: "iam",
    bound_iam_principal_arns: ["arn:aws:iam::111122223333:role/app-orders"],
    resolve_aws_unique_ids: false,
  });
  expect(role).not.toHaveProperty("lifecycle");
  expect(template.resources("terraform_data")).toEqual([]);
});

test("admits functions only when logins can be checked", () => {
  expect(role.backend).toBe(template.reference("backend", "vault_aws_auth_backend_client"));
});

test("gives tokens for a short time, from the functions' addresses, with the named policies alone", () => {
  expect(role).toMatchObject({
    token_type: "batch",
    token_ttl: 900,
    token_max_ttl: 900,
    token_bound_cidrs: ["10.0.0.0/20", "10.0.16.0/20"],
    token_policies: ["orders"],
    token_no_default_policy: true,
  });
});

test("gives tokens that can be revoked if asked to, and may renew themselves by the default policy", () => {
  expect(awsAuth({ tokenType: "service" }).resource("vault_aws_auth_backend_role")).toMatchObject({
    token_type: "service",
    token_no_default_policy: false,
  });
});

test("binds tokens to no addresses if there are none", () => {
  const unbound = awsAuth({ boundCidrs: [] }).resource("vault_aws_auth_backend_role");
  expect(unbound).not.toHaveProperty("token_bound_cidrs");
});

test("with unique ids, makes the binding again when the role is another one", () => {
  const template = awsAuth({ resolveUniqueIds: true });
  expect(template.resource("terraform_data").input).toBe("AROAEXAMPLE");
  expect(template.resource("vault_aws_auth_backend_role")).toMatchObject({
    resolve_aws_unique_ids: true,
    // A bare address: Terraform takes no expression here.
    lifecycle: { replace_triggered_by: [template.address("terraform_data")] },
  });
});

test("binds each function by itself", () => {
  const { template } = synthesizeWithVault((scope) => {
    const auth = new AwsAuth(scope, "Auth", authProps);
    for (const name of ["app-orders", "app-reporting"]) auth.admit(recordedConsumer(name), [name]);
  });
  expect(
    template
      .resources("vault_aws_auth_backend_role")
      .map(({ bound_iam_principal_arns, token_policies }) => [bound_iam_principal_arns, token_policies]),
  ).toEqual([
    [["arn:aws:iam::111122223333:role/app-orders"], ["app-orders"]],
    [["arn:aws:iam::111122223333:role/app-reporting"], ["app-reporting"]],
  ]);
});

test.each([
  ["aws", "aws-orders"],
  ["team/orders/aws", "team-orders-aws-orders"],
])("mounted at %s, it calls its own %s", (mount, name) => {
  const { built } = synthesizeWithVault((scope) => new AwsAuth(scope, "Auth", { ...authProps, mount }));
  expect(built.qualified("orders")).toBe(name);
});

describe("logins", () => {
  test("are limited by the mount's path alone, once the mount is there, under a name of the mount's own", () => {
    const template = awsAuth({ mount: "team/aws", loginsPerSecond: 5 });
    expect(template.resource("vault_quota_rate_limit")).toEqual({
      name: "team-aws-logins",
      path: `auth/${template.reference("path", "vault_auth_backend")}/login`,
      rate: 5,
    });
  });

  test("are limited only if asked to", () => {
    expect(template.resources("vault_quota_rate_limit")).toEqual([]);
  });
});

test("keeps its shape", () => {
  expect(template.snapshot()).toMatchSnapshot();
});
