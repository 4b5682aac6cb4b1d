import type { RecordedCall } from "../../../testbed/aws/api-calls";
import { judgeDeploys, ONLY_PLANS } from "../../../testbed/iam/deploys/judged-deploys";
import { shownPolicies, shownPolicy } from "../../../testbed/iam/deploys/shown-policies";
import { placeOf } from "../../support/permissions";
import { shippedEnvironment, shippedWith, withVaultServer } from "../../support/shipped";

const environment = shippedEnvironment("local");
const TERRAFORM =
  "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 (+https://www.terraform.io) terraform-provider-aws/5.100.0";
const PLAN = `${TERRAFORM} ${ONLY_PLANS.TF_APPEND_USER_AGENT}`;

const call = (userAgent: string, action: string, RoleName: string): RecordedCall => ({
  service: "iam",
  action,
  accessKeyId: "test",
  userAgent,
  input: { RoleName },
});

test("what Terraform calls for the environment is allowed: to look in a plan, to change in a deploy", () => {
  const calls = [call(PLAN, "GetRole", "secrets-local-a"), call(TERRAFORM, "CreateRole", "secrets-local-a")];
  expect(judgeDeploys(calls, environment)).toEqual({ planned: 1, deployed: 1, mistakes: [] });
});

test.each([
  ["a change in a plan", call(PLAN, "CreateRole", "secrets-local-a"), "planner", "role/secrets-local-a"],
  [
    "what is another environment's",
    call(TERRAFORM, "CreateRole", "secrets-dev-a"),
    "deployer",
    "role/secrets-dev-a",
  ],
])("%s is told", (_, one, role, resource) => {
  expect(judgeDeploys([one], environment).mistakes).toEqual([
    `docs/permissions.md does not allow a ${role} what Terraform called: ` +
      `iam:CreateRole on arn:aws:iam::123456789012:${resource}`,
  ]);
});

test("what others call than Terraform is not judged", () => {
  const calls = [
    call("aws-sdk-js/3", "CreateRole", "any"),
    { ...call("", "CreateRole", "any"), userAgent: undefined },
  ];
  expect(judgeDeploys(calls, environment)).toEqual({ planned: 0, deployed: 0, mistakes: [] });
});

test.each([
  ["without operations", shippedWith("dev", ["native"], { operations: false }), ["planner", "deployer"]],
  [
    "with operations and a Vault server",
    withVaultServer("local", ["vault"]),
    ["planner", "vault-server-planner", "deployer", "operations", "vault-server-deployer"],
  ],
  [
    "with state in S3",
    shippedWith("dev", ["native"], {
      operations: false,
      state: { kind: "s3", bucket: "acme-state", keyPrefix: "team", kmsKeyId: "alias/state" },
    }),
    ["planner", "state-planner", "deployer", "state-deployer"],
  ],
] as const)(
  "a deployer of an environment %s has the policies that it needs, and no more",
  (_, one, names) => {
    expect(shownPolicies("deployer", one)).toEqual(names.map((name) => shownPolicy(name, one)));
  },
);

test("a policy for state in S3 is refused where state is in a file: it would allow nothing", () => {
  expect(() => shownPolicy("state-planner", placeOf("app"))).toThrow("state-planner.json is for state in S3");
});
