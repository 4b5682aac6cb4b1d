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
      "none any more": change(SECRET, { recovery_window_in_days: 30 }, { recovery_window_in_days: 0 }),
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
