import {
  allow,
  arn,
  type Cases,
  change,
  days,
  denied,
  policy,
  provider,
  ROTATION,
  SECRET,
} from "./rule-case";

/** Rules of what this project promises. */
export const CASES_OF_THIS_PROJECT: Readonly<Record<string, Cases>> = {
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
