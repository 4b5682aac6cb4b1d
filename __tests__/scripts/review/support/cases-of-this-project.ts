import {
  allow,
  arn,
  type Case,
  type Cases,
  change,
  days,
  denied,
  ours,
  policy,
  provider,
  ROTATION,
  SECRET,
  unknownOf,
} from "./rule-case";

const WIDE = 'path "kv/*" { capabilities = ["read"] }\n';
const hcl = (before: string, after: string) => change("vault_policy", { policy: before }, { policy: after });
const login = (more: object): Case =>
  ours(
    { type: "vault_policy", actions: ["no-op"], before: { name: "orders" }, after: { name: "orders" } },
    {
      type: "vault_aws_auth_backend_role",
      after: {
        bound_iam_principal_arns: ["arn:aws:iam::111122223333:role/orders"],
        token_policies: ["orders"],
        token_bound_cidrs: ["10.0.0.0/16"],
        ...more,
      },
    },
  );
const configured = (root_module: object, more: object = {}): Case => ({
  plan: { configuration: { root_module, ...more } },
});
const dataSource = (type: string) => ({
  resources: [{ address: `data.${type}.it`, mode: "data", type, name: "it", expressions: {} }],
});
const command = [{ type: "local-exec", expressions: { command: { constant_value: "true" } } }];
const withProvisioner = {
  resources: [
    { address: "terraform_data.it", mode: "managed", type: "terraform_data", provisioners: command },
  ],
};

/** Rules of what this project promises. */
export const CASES_OF_THIS_PROJECT: Readonly<Record<string, Cases>> = {
  R16: {
    fires: {
      "a role for more": change(
        "vault_aws_auth_backend_role",
        { bound_iam_principal_arns: ["arn:a"] },
        { bound_iam_principal_arns: ["arn:a", "arn:*"] },
      ),
      "no principal is named any more": change(
        "vault_aws_auth_backend_role",
        { bound_iam_principal_arns: ["arn:a"] },
        { bound_iam_principal_arns: [] },
      ),
      "no account is named any more": change(
        "vault_aws_auth_backend_role",
        { bound_account_ids: ["111122223333"] },
        { bound_account_ids: null },
      ),
      "tokens live as long as the mount allows": change(
        "vault_aws_auth_backend_role",
        { token_ttl: 600 },
        { token_ttl: 0 },
      ),
      "a new policy, whatever it gives": {
        type: "vault_policy",
        after: { name: "default", policy: 'path "kv/data/a" { capabilities = ["read"] }' },
      },
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
      "a denial goes": hcl(`${WIDE}path "kv/a" { capabilities = ["deny"] }`, WIDE),
      "a narrower path goes": hcl(`${WIDE}path "kv/a" { capabilities = ["list"] }`, WIDE),
      "the older way": hcl(WIDE, `${WIDE}path "*" { policy = "sudo" }`),
      "parameters, with braces": hcl(
        WIDE,
        `${WIDE}path "sys/*" { allowed_parameters = { "*" = [] } capabilities = ["create", "sudo"] }`,
      ),
      "a path in what looks like a comment": hcl(
        WIDE,
        `${WIDE}path "x/ #" { capabilities = ["read"] } path "sys/*" { capabilities = ["sudo"] }`,
      ),
      "JSON with parameters": hcl(
        '{"path":{"a":{"capabilities":["read"]}}}',
        '{"path":{"a":{"capabilities":["read"],"allowed_parameters":{"*":[]}}}}',
      ),
      "a new role for everybody": login({ bound_iam_principal_arns: ["*"] }),
      "a new role with somebody else's policy": login({ token_policies: ["operator"] }),
      "a new policy with everything": {
        type: "vault_policy",
        after: { policy: 'path "*" { capabilities = ["sudo"] }' },
      },
      "another server says who logs in": change(
        "vault_aws_auth_backend_client",
        { sts_endpoint: "https://sts.eu-west-1.amazonaws.com" },
        { sts_endpoint: "https://sts.example.com" },
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
      "a new role of a function": login({}),
      "comments and another order": hcl(
        'path "a" { capabilities = ["read"] }\npath "b" { capabilities = ["list", "read"] }',
        '# why\npath "b" {\n  // less\n  capabilities = ["read", "list",]\n}\n/* { */ path "a" { capabilities = ["read"] }',
      ),
      "a policy for less": change(
        "vault_policy",
        { policy: 'path "kv/data/a" {\n  capabilities = ["read", "list"]\n}\n' },
        { policy: '# why\npath "kv/data/a" { capabilities = ["read"] }' },
      ),
    },
  },
  R17: {
    fires: {
      "none from the beginning": { type: SECRET, after: { recovery_window_in_days: 0 } },
      "not known yet": unknownOf(SECRET, "recovery_window_in_days", "terraform_data.it.output"),
      "shorter than what Secrets Manager keeps by itself": change(
        SECRET,
        { recovery_window_in_days: null },
        { recovery_window_in_days: 7 },
      ),
      shorter: change(SECRET, { recovery_window_in_days: 30 }, { recovery_window_in_days: 7 }),
    },
    silent: { longer: change(SECRET, { recovery_window_in_days: 7 }, { recovery_window_in_days: 30 }) },
  },
  R18: {
    fires: {
      "any secret": {
        type: "aws_iam_role_policy",
        after: { policy: policy(allow("secretsmanager:PutSecretValue", "x")) },
      },
      ...Object.fromEntries(
        ["secretsmanager:P*", "secretsmanager:UpdateSecret", "*"].map((action) => [
          action,
          { type: "aws_iam_role_policy", after: { policy: policy(allow(action, "x")) } },
        ]),
      ),
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
      "the policy goes, and comes again": {
        ...change(
          `${SECRET}_policy`,
          { policy: policy(denied(["arn:a"])) },
          { policy: policy(denied(["arn:a"])) },
        ),
        actions: ["delete", "create"],
      },
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
      "every name, in a list that is made anew": {
        ...change("aws_route53_resolver_firewall_domain_list", { domains: ["a."] }, { domains: ["*."] }),
        actions: ["delete", "create"],
      },
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
      "a resource in another Region": {
        changes: [{ type: "aws_vpc", after: { region: "us-east-1" } }],
        plan: provider("eu-west-1"),
      },
      "another Region, too": {
        changes: [change("aws_thing", { arn, a: 1 }, { arn, a: 2 })],
        plan: provider("eu-west-1", "us-east-1"),
      },
      "any account": {
        plan: {
          configuration: {
            provider_config: { aws: { name: "aws", full_name: "registry.terraform.io/hashicorp/aws" } },
          },
        },
      },
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
  R25: {
    fires: {
      "a type": { type: "aws_iam_access_key", after: { user: "a" } },
      "an attribute": change("aws_rds_cluster", { engine_version: "16.8" }, { engine_version: "17.1" }),
      "an attribute that is not known yet": {
        ...change("aws_rds_cluster", { iam_roles: [] }, {}),
        unknown: { iam_roles: true },
      },
      "a setting of a new resource": {
        type: SECRET,
        after: { name: "a", replica: [{ region: "us-east-1" }] },
      },
      "a new resource": { type: "aws_instance", after: { ami: "a" } },
      "all is new": {
        changes: [
          { type: "aws_vpc", after: {} },
          { type: "aws_subnet", after: {} },
        ],
        plan: {},
      },
      "a resource that is made anew, as it was": {
        ...change("aws_sns_topic", { name: "a" }, { name: "a" }),
        actions: ["delete", "create"],
      },
      "a destroyed resource": { type: "aws_route53_record", before: { name: "a" } },
      ...Object.fromEntries(
        Object.entries({
          "role of a function": { type: "aws_iam_role", before: { id: "a" } },
          "policy that lets a role read": { type: "aws_iam_role_policy", before: { role: "a" } },
          "way to an endpoint": {
            type: "aws_vpc_security_group_egress_rule",
            before: { security_group_id: "sg-1", referenced_security_group_id: "sg-2" },
          },
          "permission to call": { type: "aws_lambda_permission", before: { function_name: "a" } },
          "policy of Vault": { type: "vault_policy", before: { name: "a" } },
          "name of a key": { type: "aws_kms_alias", before: { name: "alias/a" } },
          "login of Vault": { type: "vault_aws_auth_backend_role", before: { role: "a" } },
        }).map(([title, one]) => [`a ${title} goes`, one]),
      ),
      "a data source": configured(dataSource("aws_secretsmanager_secret_version")),
      "a provider": configured({}, { provider_config: { a: { name: "a", full_name: "example.com/a/b" } } }),
      "a provider of the same name from elsewhere": configured(
        {},
        { provider_config: { aws: { name: "aws", full_name: "example.com/hashicorp/aws" } } },
      ),
      "a setting of a provider": configured(
        {},
        {
          provider_config: {
            aws: {
              name: "aws",
              full_name: "registry.terraform.io/hashicorp/aws",
              expressions: { endpoints: [] },
            },
          },
        },
      ),
    },
    silent: {
      "an attribute that is listed": change("aws_lambda_function", { timeout: 3 }, { timeout: 5 }),
      "an attribute that a provider computes": {
        changes: [{ ...change("aws_vpc", { a: "b" }, {}), unknown: { a: true } }],
        plan: {
          configuration: {
            root_module: {
              resources: [{ address: "aws_vpc.it", mode: "managed", type: "aws_vpc", expressions: {} }],
            },
          },
        },
      },
      "what may go and come, made anew": {
        ...change("aws_cloudwatch_metric_alarm", { alarm_name: "a" }, { alarm_name: "a" }),
        actions: ["delete", "create"],
      },
      "tags of any type": change("aws_thing", { tags: { a: "b" } }, { tags: { a: "c" } }),
      "a new log group": { type: "aws_cloudwatch_log_group", after: { name: "a", retention_in_days: 365 } },
      "a data source that is listed": configured(dataSource("aws_iam_policy_document")),
    },
  },
  R26: {
    fires: {
      "a provisioner": configured(withProvisioner),
      "a provisioner in a module": configured({ module_calls: { a: { module: withProvisioner } } }),
      "a program that is a data source": configured(dataSource("external")),
      "a function that is called by a data source": configured(dataSource("aws_lambda_invocation")),
      "a data source that is read in the apply": {
        plan: {
          resource_changes: [
            {
              address: "data.http.it",
              mode: "data",
              type: "http",
              change: { actions: ["read"], before: null, after: {} },
            },
          ],
        },
      },
    },
    silent: {
      "a resource without": configured({
        resources: [{ address: "terraform_data.it", mode: "managed", type: "terraform_data" }],
      }),
    },
  },
  R27: {
    fires: {
      "in a list": ours(change("aws_thing", { a: [] }, { a: ["999999999999"] })),
      "in an ARN in JSON": ours({
        type: "aws_thing",
        after: { a: policy({ a: "arn:aws:sns:r:999999999999:b" }) },
      }),
      "nobody says which account is ours": { type: "aws_thing", after: { a: arn } },
    },
    silent: {
      "this account": ours({ type: "aws_thing", after: { a: arn } }),
      "as before": ours(change("aws_thing", { a: "999999999999", b: 1 }, { a: "999999999999", b: 2 })),
      "digits of something else": ours({ type: "aws_thing", after: { a: "x-999999999999" } }),
    },
  },
};
