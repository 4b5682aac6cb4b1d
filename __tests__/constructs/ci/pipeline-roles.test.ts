import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { POLICIES, policyDocument } from "../../../constructs/ci/policies";
import { roleArn } from "../../../constructs/ci/role-names";
import { Account } from "../../../constructs/contracts/account";
import type { Environment } from "../../../constructs/environment";
import { CiStack } from "../../../constructs/stacks/ci-stack";
import { evaluate, type IamPolicy } from "../../../testbed/aws/iam-policy";
import { policyOf } from "../../../testbed/deployed/given";
import { changed, load, problems } from "../../support/environment-files";
import { shippedSettings, synthesizeEnvironment } from "../../support/shipped";
import { Template } from "../../support/template";

const PLANNER = "arn:aws:iam::111122223333:role/ci/secrets-prod-planner";
const DEPLOYER = "arn:aws:iam::111122223333:role/ci/secrets-prod-deployer";
const settings = changed(shippedSettings("prod"), {
  ci: { repository: "acme/payments" },
  planners: [PLANNER],
  deployers: [DEPLOYER],
});

/** The stack of an environment's roles. */
function synthesize(changes: Readonly<Record<string, unknown>> = {}): Template {
  const environment: Environment = load(changed(settings, changes));
  const outdir = mkdtempSync(join(tmpdir(), "ci-"));
  const app = new App({ outdir, stackTraces: false });
  new CiStack(app, `${environment.name}-ci`, { platform: { environment } });
  app.synth();
  return Template.fromFile(join(outdir, "stacks", `${environment.name}-ci`, "cdk.tf.json"));
}

const stack = synthesize();
const roleOf = (template: Template, role: string) =>
  template.resource("aws_iam_role", { name: `secrets-prod-${role}` });

function trustOf(role: string): Record<string, readonly string[]> {
  const [statement, ...more] = stack.statements(roleOf(stack, role).assume_role_policy);
  expect(more).toEqual([]);
  expect(statement?.condition?.every(({ test }) => test === "StringEquals")).toBe(true);
  const claims = statement?.condition?.map(({ variable, values }) => [variable.split(":")[1], values]);
  return Object.fromEntries(claims ?? []);
}

/** Names of the policies that a role has. */
function policiesOf(template: Template, role: string): string[] {
  const reference = template.reference("name", "aws_iam_role", `_${role}_`);
  return template
    .resources("aws_iam_role_policy_attachment")
    .filter((attachment) => attachment.role === reference)
    .map(({ policy_arn }) => String(policy_arn).replace(/^.*_policy-(.+)_[0-9A-F]{8}\.arn\}$/, "$1"))
    .sort();
}

const places = {
  account: new Account("999900001111", "eu-west-1"),
  namePrefix: "orders",
  environmentName: "prod",
  permissionsBoundaryArn: "arn:aws:iam::999900001111:policy/boundary",
  state: { bucket: "states", keyPrefix: "team", region: "eu-north-1" },
};

const documentOf = (name: keyof typeof POLICIES, permissionsBoundaryArn?: string): IamPolicy =>
  JSON.parse(
    policyDocument(name, {
      ...places,
      account: new Account("111122223333", "ap-northeast-2"),
      namePrefix: "secrets-prod",
      environmentName: "prod",
      permissionsBoundaryArn,
    }),
  );

test("the planner trusts pull requests and main of the repository, and nobody else", () => {
  expect(trustOf("planner")).toEqual({
    aud: ["sts.amazonaws.com"],
    sub: ["repo:acme/payments:pull_request", "repo:acme/payments:ref:refs/heads/main"],
  });
});

test("the deployer trusts jobs of the environment on main, and nobody else", () => {
  expect(trustOf("deployer")).toEqual({
    aud: ["sts.amazonaws.com"],
    sub: ["repo:acme/payments:environment:dev"],
    ref: ["refs/heads/main"],
  });
});

test("the roles have the names that an environment names, where no deployer may change them", () => {
  const account = new Account("111122223333", "ap-northeast-2");
  expect(roleArn("planner", "secrets-prod", account)).toBe(PLANNER);
  expect(roleOf(stack, "deployer")).toMatchObject({ name: "secrets-prod-deployer", path: "/ci/" });
  for (const action of ["iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:AttachRolePolicy"])
    for (const resource of [PLANNER, DEPLOYER])
      expect(evaluate([documentOf("deployer")], { action, resource })).toBe("not allowed");
});

test("the identity provider is made once for an account, and adopted otherwise", () => {
  const adopted = synthesize({ "ci.identityProvider": "adopted" });
  expect(stack.resource("aws_iam_openid_connect_provider")).toMatchObject({
    url: "https://token.actions.githubusercontent.com",
    client_id_list: ["sts.amazonaws.com"],
  });
  expect(adopted.resources("aws_iam_openid_connect_provider")).toEqual([]);
  expect(adopted.statements(roleOf(adopted, "planner").assume_role_policy)[0]?.principals).toEqual([
    {
      type: "Federated",
      identifiers: ["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"],
    },
  ]);
});

test("each role has the policies of docs/permissions.md that the environment takes", () => {
  expect(policiesOf(stack, "planner")).toEqual(["planner", "state-planner"]);
  expect(policiesOf(stack, "deployer")).toEqual([
    "deployer",
    "operations",
    "planner",
    "state-deployer",
    "state-planner",
  ]);
  const made = {
    backends: ["vault"],
    vault: { server: { kind: "created", binary: { kind: "artifact", sha256: "0".repeat(64) } } },
    operations: false,
  };
  const server = synthesize(made);
  expect(policiesOf(server, "planner")).toEqual(["planner", "state-planner", "vault-server-planner"]);
  const reached = synthesize({ ...made, "ci.vaultTunnel": true });
  for (const role of ["planner", "deployer"]) expect(policiesOf(reached, role)).toContain("vault-tunnel");
  const looking = synthesize({
    backends: ["vault"],
    vault: {
      server: { kind: "adopted", address: "https://vault.example.com:8200" },
      auth: { awsCredentials: { kind: "iam-user" } },
    },
  });
  expect(policiesOf(looking, "deployer")).toContain("vault-user-deployer");
  expect(policiesOf(server, "deployer")).not.toContain("vault-user-deployer");
  expect(policiesOf(server, "deployer")).not.toContain("operations");
  expect(policiesOf(server, "deployer")).toContain("vault-server-deployer");
});

describe("with a permissions boundary", () => {
  const boundary = "arn:aws:iam::111122223333:policy/boundary";
  const other = "arn:aws:iam::111122223333:policy/other";
  const bounded = synthesize({ permissionsBoundaryArn: boundary });
  const policies = (["deployer", "vault-user-deployer", "bounded-deployer"] as const).map((name) =>
    documentOf(name, boundary),
  );
  const role = "arn:aws:iam::111122223333:role/secrets-prod-orders";
  const user = "arn:aws:iam::111122223333:user/secrets-prod-vault";
  const verdict = (action: string, resource: string, of?: string) =>
    evaluate(policies, { action, resource, context: of ? { "iam:PermissionsBoundary": of } : {} });

  test("the deployer alone has the policy that holds it to the boundary", () => {
    expect(policiesOf(bounded, "deployer")).toContain("bounded-deployer");
    expect(policiesOf(bounded, "planner")).toEqual(policiesOf(stack, "planner"));
    expect(policiesOf(stack, "deployer")).not.toContain("bounded-deployer");
  });

  test("the pipeline's own roles are not bounded: they make what is", () => {
    const roles = bounded.resources("aws_iam_role");
    expect(roles).toHaveLength(2);
    for (const made of roles) expect(made).not.toHaveProperty("permissions_boundary");
  });

  test.each([
    ["iam:CreateRole", role],
    ["iam:PutRolePermissionsBoundary", role],
    ["iam:PutRolePolicy", role],
    ["iam:AttachRolePolicy", role],
    ["iam:DetachRolePolicy", role],
    ["iam:DeleteRolePolicy", role],
    ["iam:UpdateAssumeRolePolicy", role],
    ["iam:CreateUser", user],
    ["iam:PutUserPermissionsBoundary", user],
    ["iam:PutUserPolicy", user],
    ["iam:DeleteUserPolicy", user],
  ])("a deployer may %s with the boundary only", (action, resource) => {
    expect(verdict(action, resource, boundary)).toBe("allowed");
    expect(verdict(action, resource, other)).toBe("denied");
    expect(verdict(action, resource)).toBe("denied");
  });

  test.each([
    ["takes no boundary away from a role", "iam:DeleteRolePermissionsBoundary", role],
    ["takes no boundary away from a user", "iam:DeleteUserPermissionsBoundary", user],
    ["writes no other boundary", "iam:CreatePolicyVersion", boundary],
    ["takes no older boundary", "iam:SetDefaultPolicyVersion", boundary],
    ["deletes no boundary", "iam:DeletePolicy", boundary],
    ["deletes no version of a boundary", "iam:DeletePolicyVersion", boundary],
  ])("a deployer %s, whatever else it may", (_, action, resource) => {
    const all: IamPolicy = { Statement: { Effect: "Allow", Action: "*", Resource: "*" } };
    const context = { "iam:PermissionsBoundary": boundary };
    expect(evaluate([...policies, all], { action, resource, context })).toBe("denied");
  });

  test("a deployer still deletes roles and users that are not bounded", () => {
    expect(verdict("iam:DeleteRole", role)).toBe("allowed");
    expect(verdict("iam:DeleteUser", user)).toBe("allowed");
  });
});

test.each(Object.keys(POLICIES) as (keyof typeof POLICIES)[])(
  "the policy %s is of the environment's account, Region, names and state only",
  (name) => {
    expect(policyDocument(name, places)).not.toMatch(/<|111122223333|ap-northeast-2/);
  },
);

test("state in the Region that the policies are written for stays there", () => {
  const state = { ...places.state, region: "ap-northeast-2", bucket: "states-111122223333" };
  const text = policyDocument("state-planner", { ...places, state });
  expect(text).toContain("s3.ap-northeast-2.amazonaws.com");
  expect(text).toContain("arn:aws:s3:::states-111122223333");
});

test("a deployer writes the state of the environment, and not that of its own roles", () => {
  const write = (key: string) =>
    evaluate([documentOf("state-deployer")], {
      action: "s3:PutObject",
      resource: `arn:aws:s3:::${places.state.bucket}/${places.state.keyPrefix}/${key}`,
    });
  expect(write("prod-native.tfstate")).toBe("allowed");
  expect(write("prod-native.tfstate.tflock")).toBe("allowed");
  expect(write("prod-ci.tfstate")).toBe("denied");
  expect(write("dev-native.tfstate")).toBe("not allowed");
});

test("the policy that holds a deployer to a boundary is refused where there is none", () => {
  expect(() => policyDocument("bounded-deployer", { ...places, permissionsBoundaryArn: undefined })).toThrow(
    "the environment names none",
  );
});

test("in another partition, policies have its ARNs and hosts", () => {
  const china = { ...places, account: new Account("999900001111", "cn-north-1") };
  const text = policyDocument("planner", china);
  expect(text).toContain("secretsmanager.cn-north-1.amazonaws.com.cn");
  expect(text).not.toContain("arn:aws:");
});

test("the planner reads no password: of a secret the version without one, and no other", () => {
  const native = synthesizeEnvironment(load(settings)).stack("native");
  const [secretPolicy] = native.resources("aws_secretsmanager_secret_policy");
  const guarded = policyOf(native.statements(secretPolicy?.policy));
  const read = (policies: readonly IamPolicy[], version: Record<string, string>) =>
    evaluate(policies, {
      action: "secretsmanager:GetSecretValue",
      resource: "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:secrets-prod/orders-AbCdEf",
      context: {
        "aws:PrincipalArn": PLANNER,
        "aws:PrincipalAccount": "111122223333",
        "aws:PrincipalIsAWSService": "false",
        ...version,
      },
    });
  const current = { "secretsmanager:VersionStage": "AWSCURRENT" };

  expect(read([documentOf("planner")], current)).toBe("allowed");
  expect(read([documentOf("planner"), guarded], current)).toBe("denied");
  expect(read([documentOf("planner"), guarded], {})).toBe("denied");
});

describe("an environment with `ci`", () => {
  test("keeps its state in S3", () => {
    expect(problems(changed(settings, { state: { kind: "local" } }))).toEqual([
      expect.objectContaining({ rule: "must be in S3 with `ci`: a runner keeps no files" }),
    ]);
  });

  test("names the role that plans, unless it has no secrets in Secrets Manager", () => {
    expect(problems(changed(settings, { planners: [] }))).toEqual([
      expect.objectContaining({
        rule: "must have the role that `ci` plans with: nothing else keeps it from passwords",
        fix: `add "${PLANNER}"`,
      }),
    ]);
  });

  test("opens tunnels to a created Vault server only", () => {
    expect(problems(changed(settings, { "ci.vaultTunnel": true }))).toEqual([
      expect.objectContaining({ path: "ci.vaultTunnel", fix: "remove it" }),
    ]);
  });

  test("names the role that deploys where it names any", () => {
    expect(problems(changed(settings, { deployers: [PLANNER] }))).toEqual([
      expect.objectContaining({ fix: `add "${DEPLOYER}"` }),
    ]);
    expect(load(changed(settings, { deployers: [] })).deployers).toEqual([]);
  });

  test.each(["acme", "acme/payments/more", "*/payments", "acme/pay*"])(
    "refuses the repository %s",
    (name) => {
      expect(problems(changed(settings, { "ci.repository": name }))).toHaveLength(1);
    },
  );

  test("takes a repository with ids, as tokens of newer ones have it", () => {
    expect(load(changed(settings, { "ci.repository": "acme@12/payments@345" })).ci?.repository).toBe(
      "acme@12/payments@345",
    );
  });
});
