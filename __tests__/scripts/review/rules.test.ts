import { RULES } from "../../../scripts/review/rules";
import { reviewed, rulesIn, type WrittenChange } from "./support/plans";

interface Cases {
  /** Each must be found by the rule. */
  readonly fires: Readonly<Record<string, Case>>;
  /** None must be. */
  readonly silent: Readonly<Record<string, Case>>;
}

type Case =
  | WrittenChange
  | { readonly changes?: readonly WrittenChange[]; readonly plan: Record<string, unknown> };

const SECRET = "aws_secretsmanager_secret";
const ROTATION = "aws_secretsmanager_secret_rotation";
const arn = "arn:aws:kms:eu-west-1:111122223333:key/one";
const days = (count: number) => ({ rotation_rules: [{ automatically_after_days: count }] });
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string, Resource = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const everybody = { Principal: { AWS: "*" } };
const owner = { Principal: { AWS: "arn:aws:iam::111122223333:root" } };
const denied = (arns: readonly string[]) => ({
  ...everybody,
  Effect: "Deny",
  Action: "secretsmanager:DeleteSecret",
  Resource: "*",
  Condition: { ArnNotLike: { "aws:PrincipalArn": arns } },
});
const change = (type: string, before: object, after: object): WrittenChange => ({
  type,
  before: before as Record<string, unknown>,
  after: after as Record<string, unknown>,
});

const CASES: Readonly<Record<string, Cases>> = {
  R01: {
    fires: {
      "a secret goes": { type: SECRET, before: { name: "a" } },
      "a secret is replaced": {
        ...change(SECRET, { name: "a" }, { name: "b" }),
        actions: ["delete", "create"],
      },
    },
    silent: {
      "a secret comes": { type: SECRET, after: { name: "a" } },
      "a secret is described otherwise": change(SECRET, { description: "a" }, { description: "b" }),
    },
  },
  R02: {
    fires: {
      "deletion protection is lowered": change(
        "aws_rds_cluster",
        { deletion_protection: true },
        { deletion_protection: false },
      ),
      "deletion protection cannot be known": {
        ...change("aws_rds_cluster", { deletion_protection: true }, {}),
        unknown: { deletion_protection: true },
      },
      "a key goes": { type: "aws_kms_key", before: { arn } },
      "a cluster is replaced, the new one first": {
        ...change("aws_rds_cluster", { id: "a" }, { id: "a" }),
        actions: ["create", "delete"],
      },
    },
    silent: {
      "deletion protection is raised": change(
        "aws_rds_cluster",
        { deletion_protection: false },
        { deletion_protection: true },
      ),
      "more backups": change(
        "aws_rds_cluster",
        { backup_retention_period: 7 },
        { backup_retention_period: 35 },
      ),
    },
  },
  R03: {
    fires: {
      "a rotation goes": { type: ROTATION, before: days(7) },
      "less often": change(ROTATION, days(7), days(30)),
      "once in 91 days from the beginning": { type: ROTATION, after: days(91) },
      "by a function that is not known yet": {
        ...change(ROTATION, { rotation_lambda_arn: "arn:a" }, {}),
        unknown: { rotation_lambda_arn: true },
      },
      "any account's Secrets Manager may call": change(
        "aws_lambda_permission",
        { source_account: "1" },
        { source_account: null },
      ),
    },
    silent: {
      "more often": change(ROTATION, days(30), days(7)),
      "the same days as an expression": change(ROTATION, days(7), {
        rotation_rules: [{ schedule_expression: "rate(7 days)" }],
      }),
      "a permission of another service goes": {
        type: "aws_lambda_permission",
        before: { principal: "s3.amazonaws.com" },
      },
    },
  },
  R04: {
    fires: { "a rotation comes": { type: ROTATION, after: { ...days(7), rotate_immediately: true } } },
    silent: { "it waits": { type: ROTATION, after: { ...days(7), rotate_immediately: false } } },
  },
  R05: {
    fires: {
      "a version of a secret that exists": { type: `${SECRET}_version`, after: { secret_string: "{}" } },
      "a literal in another resource": change(
        "aws_thing",
        { note: "a" },
        { note: "hvs.CAESIJlU9JMYEhOPYv4igdhm9PnZDrabYTobQ4Ymnlq1qY" },
      ),
    },
    silent: {
      "with the secret itself": {
        changes: [
          { type: SECRET, after: { name: "a" } },
          { type: `${SECRET}_version`, after: { secret_string: "{}" } },
        ],
        plan: {},
      },
      "only its labels": change(`${SECRET}_version`, { version_stages: ["A"] }, { version_stages: ["B"] }),
    },
  },
  R06: {
    fires: {
      "from the internet": { type: "aws_vpc_security_group_ingress_rule", after: { cidr_ipv4: "0.0.0.0/0" } },
      "a rule in a group": { type: "aws_security_group", after: { ingress: [{ cidr_blocks: ["::/0"] }] } },
      "a way out": { type: "aws_nat_gateway", after: {} },
      "a default route": { type: "aws_route", after: { destination_cidr_block: "0.0.0.0/0" } },
      "a network that is not known yet": {
        type: "aws_vpc_security_group_egress_rule",
        after: {},
        unknown: { cidr_ipv4: true },
      },
      "a public subnet": { type: "aws_subnet", after: { map_public_ip_on_launch: true } },
    },
    silent: {
      "from a group": {
        type: "aws_vpc_security_group_ingress_rule",
        after: { referenced_security_group_id: "sg-1", from_port: 443, to_port: 443 },
      },
      "fewer ports": change(
        "aws_vpc_security_group_ingress_rule",
        { from_port: 0, to_port: 65535 },
        { from_port: 443, to_port: 443 },
      ),
    },
  },
  R07: {
    fires: {
      "it goes": { type: "aws_vpc_endpoint", before: { policy: policy(allow("a:B")) } },
      "its policy allows more": change(
        "aws_vpc_endpoint",
        { policy: policy(allow("a:B", "x")) },
        { policy: policy(allow("a:B", "*")) },
      ),
      "its policy goes": change("aws_vpc_endpoint", { policy: policy(allow("a:B")) }, { policy: null }),
    },
    silent: {
      "its policy allows less": change(
        "aws_vpc_endpoint",
        { policy: policy(allow("a:*")) },
        { policy: policy(allow("a:B")) },
      ),
    },
  },
  R08: {
    fires: {
      "another action": change(
        "aws_iam_role_policy",
        { policy: policy(allow("a:B")) },
        { policy: policy(allow("a:B"), allow("a:C")) },
      ),
      "a condition goes": change(
        "aws_iam_role_policy",
        { policy: policy(allow("a:B", "*", { Condition: { Bool: { "aws:SecureTransport": "true" } } })) },
        { policy: policy(allow("a:B")) },
      ),
      "it is not known": {
        ...change("aws_iam_role_policy", { policy: policy(allow("a:B")) }, {}),
        unknown: { policy: true },
      },
      "it is hidden": {
        ...change("aws_iam_role_policy", { policy: policy(allow("a:B")) }, { policy: policy(allow("a:C")) }),
        sensitive: { policy: true },
      },
      "a trust is for everybody": {
        type: "aws_iam_role",
        after: { assume_role_policy: policy({ ...everybody, Effect: "Allow", Action: "sts:AssumeRole" }) },
      },
    },
    silent: {
      "the same in another order": change(
        "aws_iam_role_policy",
        { policy: policy(allow("a:B"), allow("a:C", "x")) },
        { policy: policy({ ...allow("a:C"), Resource: ["x"] }, { ...allow("A:b"), Action: ["A:b"] }) },
      ),
      "one statement instead of two": change(
        "aws_iam_role_policy",
        { policy: policy(allow("a:B"), allow("a:C")) },
        { policy: policy({ ...allow("a:B"), Action: ["a:C", "a:B"] }) },
      ),
    },
  },
  R09: {
    fires: {
      "a key for everybody": change(
        "aws_kms_key",
        { policy: policy({ ...allow("kms:*"), ...owner }) },
        { policy: policy({ ...allow("kms:*"), ...everybody }) },
      ),
      "public policies": change(
        `${SECRET}_policy`,
        { block_public_policy: true },
        { block_public_policy: false },
      ),
      "it is no policy": change(
        "aws_kms_key",
        { policy: policy({ ...allow("kms:*"), ...owner }) },
        { policy: "none" },
      ),
    },
    silent: {
      "for fewer": change(
        "aws_kms_key",
        { policy: policy({ ...allow("kms:*"), ...everybody }) },
        { policy: policy({ ...allow("kms:*"), ...owner }) },
      ),
    },
  },
  R10: {
    fires: {
      "AWS's own key": change(SECRET, { kms_key_id: arn }, { kms_key_id: null }),
      "TLS is not asked for": change(
        "aws_rds_cluster_parameter_group",
        { parameter: [{ name: "rds.force_ssl", value: "1" }] },
        { parameter: [{ name: "rds.force_ssl", value: "0" }] },
      ),
    },
    silent: {
      "a key of yours at last": change(SECRET, { kms_key_id: null }, { kms_key_id: arn }),
      "another parameter": change(
        "aws_rds_cluster_parameter_group",
        { parameter: [{ name: "rds.force_ssl", value: "1" }] },
        {
          parameter: [
            { name: "rds.force_ssl", value: "1" },
            { name: "a", value: "b" },
          ],
        },
      ),
    },
  },
  R11: {
    fires: {
      "a foreign layer": change(
        "aws_lambda_function",
        { layers: [] },
        { layers: ["arn:aws:lambda:eu-west-1:999999999999:layer:x:1"] },
      ),
      "outside the VPC": change(
        "aws_lambda_function",
        { vpc_config: [{ vpc_id: "vpc-1" }] },
        { vpc_config: [] },
      ),
    },
    silent: { "more memory": change("aws_lambda_function", { memory_size: 128 }, { memory_size: 256 }) },
  },
  R12: {
    fires: {
      "a flow log goes": { type: "aws_flow_log", before: { id: "fl-1" } },
      "logs no longer kept for ever": change(
        "aws_cloudwatch_log_group",
        { retention_in_days: 0 },
        { retention_in_days: 365 },
      ),
    },
    silent: {
      "logs kept for ever": change(
        "aws_cloudwatch_log_group",
        { retention_in_days: 7 },
        { retention_in_days: 0 },
      ),
    },
  },
  R13: {
    fires: {
      "a mount goes": { type: "vault_mount", before: { path: "kv" } },
      "version 1": change("vault_mount", { options: { version: "2" } }, { options: { version: "1" } }),
    },
    silent: { "a description": change("vault_mount", { description: "a" }, { description: "b" }) },
  },
  R14: {
    fires: {
      "an error": { plan: { errored: true } },
      "not complete": { plan: { complete: false } },
      "six go": {
        changes: Array.from({ length: 6 }, (_, index) => ({ address: `a.b${index}`, before: {} })),
        plan: {},
      },
    },
    silent: {
      "five go": {
        changes: Array.from({ length: 5 }, (_, index) => ({ address: `a.b${index}`, before: {} })),
        plan: {},
      },
    },
  },
  R15: {
    fires: {
      "it moves": { actions: ["no-op"], before: {}, after: {}, more: { previous_address: "aws_thing.old" } },
      "it is forgotten": { actions: ["forget"], before: {} },
      "it is imported": { actions: ["no-op"], before: {}, after: {}, change: { importing: { id: "it" } } },
    },
    silent: { "it changes": change("aws_thing", { a: 1 }, { a: 2 }) },
  },
  R16: {
    fires: {
      "a role for more": change(
        "vault_aws_auth_backend_role",
        { bound_iam_principal_arns: ["arn:a"] },
        { bound_iam_principal_arns: ["arn:a", "arn:*"] },
      ),
      "tokens in every network": change(
        "vault_aws_auth_backend_role",
        { token_bound_cidrs: ["10.0.0.0/8"] },
        { token_bound_cidrs: [] },
      ),
      "a policy for more": change(
        "vault_policy",
        { policy: 'path "kv/data/a" {\n  capabilities = ["read"]\n}\n' },
        { policy: 'path "kv/data/*" {\n  capabilities = ["read", "list"]\n}\n' },
      ),
      "a server that is not checked": change(
        "aws_lambda_function",
        { environment: [{ variables: {} }] },
        { environment: [{ variables: { VAULT_SKIP_VERIFY: "true" } }] },
      ),
    },
    silent: {
      "a role for fewer": change(
        "vault_aws_auth_backend_role",
        { bound_iam_principal_arns: ["arn:a", "arn:b"] },
        { bound_iam_principal_arns: ["arn:a"] },
      ),
      "a policy for less": change(
        "vault_policy",
        { policy: 'path "kv/data/a" {\n  capabilities = ["read", "list"]\n}\n' },
        { policy: '# why\npath "kv/data/a" { capabilities = ["read"] }' },
      ),
    },
  },
  R17: {
    fires: { shorter: change(SECRET, { recovery_window_in_days: 30 }, { recovery_window_in_days: 7 }) },
    silent: { longer: change(SECRET, { recovery_window_in_days: 7 }, { recovery_window_in_days: 30 }) },
  },
  R18: {
    fires: {
      "any secret": {
        type: "aws_iam_role_policy",
        after: { policy: policy(allow("secretsmanager:PutSecretValue", "x")) },
      },
    },
    silent: {
      "its own secrets": {
        type: "aws_iam_role_policy",
        after: {
          policy: policy(
            allow("secretsmanager:PutSecretValue", "x", {
              Condition: { ArnEquals: { "secretsmanager:resource/AllowRotationLambdaArn": "arn:f" } },
            }),
          ),
        },
      },
    },
  },
  R19: {
    fires: {
      "one more deployer": change(
        `${SECRET}_policy`,
        { policy: policy(denied(["arn:a"])) },
        { policy: policy(denied(["arn:a", "arn:b"])) },
      ),
      "the policy goes": { type: `${SECRET}_policy`, before: { policy: policy(denied(["arn:a"])) } },
    },
    silent: {
      "one deployer less": change(
        `${SECRET}_policy`,
        { policy: policy(denied(["arn:a", "arn:b"])) },
        { policy: policy(denied(["arn:a"])) },
      ),
    },
  },
  R20: {
    fires: {
      "it no longer blocks": change(
        "aws_route53_resolver_firewall_rule",
        { action: "BLOCK" },
        { action: "ALERT" },
      ),
      "more names": change(
        "aws_route53_resolver_firewall_domain_list",
        { domains: ["a."] },
        { domains: ["a.", "b."] },
      ),
    },
    silent: {
      "fewer names": change(
        "aws_route53_resolver_firewall_domain_list",
        { domains: ["a.", "b."] },
        { domains: ["a."] },
      ),
    },
  },
  R21: {
    fires: {
      "RDS no longer manages it": change(
        "aws_rds_cluster",
        { manage_master_user_password: true },
        { manage_master_user_password: null },
      ),
      "a literal one": {
        type: "aws_rds_cluster",
        after: { master_password: "x" },
        sensitive: { master_password: true },
      },
    },
    silent: { "RDS manages it": { type: "aws_rds_cluster", after: { manage_master_user_password: true } } },
  },
  R22: {
    fires: { "it waits": { type: ROTATION, after: { ...days(7), rotate_immediately: false } } },
    silent: {
      "it waited before": change(
        ROTATION,
        { ...days(7), rotate_immediately: false },
        { ...days(3), rotate_immediately: false },
      ),
    },
  },
  R23: {
    fires: {
      "another Region": {
        changes: [change("aws_thing", { arn, a: 1 }, { arn, a: 2 })],
        plan: provider("us-east-1"),
      },
    },
    silent: {
      "the same": {
        changes: [change("aws_thing", { arn, a: 1 }, { arn, a: 2 })],
        plan: provider("eu-west-1"),
      },
    },
  },
  R24: {
    fires: {
      // Written by hand, in the documented format of Terraform 1.14.
      "an action": {
        plan: {
          action_invocations: [
            { address: "action.aws_lambda_invoke.it", type: "aws_lambda_invoke", name: "it" },
          ],
        },
      },
    },
    silent: { "no action": { plan: { action_invocations: [] } } },
  },
};

function provider(region: string): Record<string, unknown> {
  const expressions = { region: { constant_value: region } };
  return { configuration: { provider_config: { aws: { name: "aws", expressions } } } };
}

function rulesFor(one: Case): string[] {
  return rulesIn("plan" in one ? reviewed(one.changes ?? [], one.plan) : reviewed([one]));
}

test("every rule has cases in which it finds something and cases in which it does not", () => {
  expect(Object.keys(CASES).sort()).toEqual(RULES.map(({ id }) => id).sort());
  expect(RULES.length).toBeGreaterThanOrEqual(20);
});

const all = (which: keyof Cases) =>
  Object.entries(CASES).flatMap(([id, cases]) =>
    Object.entries(cases[which]).map(([title, one]) => [id, title, one] as const),
  );

test.each(all("fires"))("%s finds: %s", (id, _, one) => {
  expect(rulesFor(one)).toContain(id);
});

test.each(all("silent"))("%s lets pass: %s", (id, _, one) => {
  expect(rulesFor(one)).not.toContain(id);
});

test("no rule has the same words as another one", () => {
  for (const word of ["title", "why", "condition"] as const)
    expect(new Set(RULES.map((rule) => rule[word])).size).toBe(RULES.length);
});
