import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyName } from "../../constructs/ci/policies";
import type { ApiCall } from "../../testbed/aws/api-calls";
import type { IamStatement } from "../../testbed/aws/iam-policy";
import { notAllowed } from "../../testbed/iam/deploys/not-allowed";
import { shownPolicy } from "../../testbed/iam/deploys/shown-policies";
import { UNRECORDED } from "../../testbed/iam/unrecorded-actions";
import { placeOf, shownFile } from "../support/permissions";
import { projectRoot, shippedWith, synthesizeEnvironment } from "../support/shipped";
import type { Attributes } from "../support/template";

const place = placeOf("app", "111122223333");
const call = (service: string, action: string, input: ApiCall["input"] = {}): ApiCall => ({
  service,
  action,
  input,
  accessKeyId: "test",
});

const POLICIES = [
  "planner",
  "deployer",
  "vault-server-planner",
  "vault-tunnel",
  "vault-server-deployer",
  "operations",
  "vault-user-deployer",
  "boundary",
  "bounded-deployer",
] as const satisfies readonly PolicyName[];
const statements = (policy: PolicyName) =>
  [shownPolicy(policy, place).Statement].flat() as readonly IamStatement[];

/** IAM User Guide, "IAM and AWS STS quotas": 6,144 characters for a managed policy, without white space. */
test.each(POLICIES)("the policy %s.json fits into a managed policy", (policy) => {
  const longest = "a".repeat(20);
  const size = JSON.stringify(shownPolicy(policy, placeOf(longest))).replaceAll(/\s/g, "").length;
  expect(size).toBeLessThanOrEqual(6144);
});

test("a planner changes nothing, and opens tunnels at most", () => {
  const policies = ["planner", "vault-server-planner", "vault-tunnel"] as const;
  const actions = policies.flatMap(statements).flatMap(({ Action }) => Action);
  expect(actions.filter((action) => !/:(Describe|Get|List)/.test(action))).toEqual([
    "kms:Decrypt",
    "ssm:StartSession",
    "ssm:StartSession",
    "ssmmessages:OpenDataChannel",
    "ssm:ResumeSession",
    "ssm:TerminateSession",
  ]);
});

test("each statement that allows a session asks for the document, as AWS demands", () => {
  const sessions = POLICIES.flatMap(statements).filter(({ Action }) =>
    [Action].flat().includes("ssm:StartSession"),
  );
  expect(sessions.map(({ Condition }) => Condition?.BoolIfExists)).toEqual([
    { "ssm:SessionDocumentAccessCheck": "true" },
    { "ssm:SessionDocumentAccessCheck": "true" },
  ]);
});

test("a planner reads secrets of the environment only", () => {
  const reading = statements("planner").filter(({ Action }) =>
    [Action].flat().includes("secretsmanager:GetSecretValue"),
  );
  expect(reading.map(({ Resource }) => Resource)).toEqual([
    "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:app/*",
  ]);
});

test.each([
  [
    "an action that is missing",
    call("ec2", "CreateVolume"),
    "ec2:CreateVolume on arn:aws:ec2:ap-northeast-2:111122223333:volume/any",
  ],
  [
    "a secret of another environment",
    call("secretsmanager", "DeleteSecret", { SecretId: "arn:other" }),
    "secretsmanager:DeleteSecret on arn:other",
  ],
  [
    "a role of another name",
    call("iam", "DeleteRole", { RoleName: "other" }),
    "iam:DeleteRole on arn:aws:iam::111122223333:role/other",
  ],
])("%s is noticed", (_, one, said) => {
  const policies = [shownPolicy("planner", place), shownPolicy("deployer", place)];
  expect(notAllowed([one, call("ec2", "CreateVpc")], policies, place)).toEqual([said]);
});

test("each action that no call is said to show is one that testbed/iam/unrecorded-actions.ts explains", () => {
  const document = readFileSync(join(projectRoot, "docs", "permissions.md"), "utf8");
  const [, section = ""] = /\n## What no call shows\n([\s\S]*?)\n## /.exec(document) ?? [];
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) => row.split("|")[1]?.match(/[a-z0-9]+:\w+\*?/g) ?? []);
  expect(named.length).toBeGreaterThan(10);
  const explained = new Set(Object.values(UNRECORDED).flat());
  expect(named.filter((action) => !explained.has(action))).toEqual([]);
});

describe("the policy for Vault's token", () => {
  const { namePrefix } = shippedWith("dev", ["vault"]);
  const shown = shownFile("vault-deployer.hcl", namePrefix).replace("<testSecret>", "orders");
  const capabilities = new Map(
    [...shown.matchAll(/path "(.+?)" \{\s*capabilities = \[(.+?)\]/g)].map(
      ([, path = "", list = ""]) => [path, list.match(/\w+/g) ?? []] as const,
    ),
  );
  const permits = (path: string) =>
    [...capabilities].find(([pattern]) =>
      pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern,
    )?.[1] ?? [];

  /** API paths that the provider uses for a resource (its source, and its documents' policies). */
  const PATHS: Readonly<Record<string, (resource: Attributes) => readonly string[]>> = {
    vault_auth_backend: ({ path }) => [`sys/mounts/auth/${path}/tune`],
    vault_aws_auth_backend_client: () => [`auth/${namePrefix}-aws/config/client`],
    vault_aws_auth_backend_role: ({ role }) => [`auth/${namePrefix}-aws/role/${role}`],
    vault_kv_secret_backend_v2: () => [`${namePrefix}-kv/config`],
    vault_mount: ({ path }) => [`sys/mounts/${path}`, `sys/mounts/${path}/tune`],
    vault_policy: ({ name }) => [`sys/policies/acl/${name}`],
    vault_quota_rate_limit: ({ name }) => [`sys/quotas/rate-limit/${name}`],
  };
  const stack = synthesizeEnvironment(
    shippedWith("dev", ["vault"], { "vault.loginsPerSecond": 10, "vault.testSecret": "orders" }),
  ).stack("vault");
  const types = [...new Set(stack.addresses.map((address) => address.split(".")[0] ?? ""))];

  test.each(types.filter((type) => type.startsWith("vault_") && type !== "vault_kv_secret_v2"))(
    "has the paths of %s",
    (type) => {
      for (const resource of stack.resources(type))
        for (const path of PATHS[type]?.(resource) ?? ["unknown"])
          expect([path, permits(path)]).toEqual([path, expect.arrayContaining(["read", "update"])]);
    },
  );

  test("writes the test secret, and reads no secret", () => {
    const [{ name } = { name: "" }] = stack.resources("vault_kv_secret_v2");
    expect(permits(`${namePrefix}-kv/data/${name}`)).toEqual(["create", "update", "delete"]);
    expect(permits(`${namePrefix}-kv/data/billing`)).toEqual([]);
  });

  test("gives no other path: none with a wildcard in front of the environment's names", () => {
    const wide = [...capabilities.keys()].filter((path) => !path.includes(`${namePrefix}-`));
    expect(wide).toEqual(["auth/token/create"]);
  });
});
