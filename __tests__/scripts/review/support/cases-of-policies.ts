import {
  allow,
  arn,
  type Cases,
  change,
  configured,
  denied,
  everybody,
  foreign,
  ours,
  owner,
  policy,
  SECRET,
  unknownOf,
} from "./rule-case";

/** By type, what a service knows a resource by. */
const NAMED = {
  aws_cloudwatch_event_rule: { name: "a" },
  aws_cloudwatch_log_metric_filter: { log_group_name: "a", name: "b" },
  aws_cloudwatch_metric_alarm: { alarm_name: "a" },
  aws_iam_role_policy: { role: "a", name: "b" },
  aws_secretsmanager_secret_policy: { secret_arn: arn },
  vault_policy: { name: "a" },
};

const OTHER_NAMES = { name: "z", alarm_name: "z", secret_arn: `${arn}-z` };
const REPLACED = ["delete", "create"];

/** Rules about policies: what they permit, and to whom. */
export const CASES_OF_POLICIES: Readonly<Record<string, Cases>> = {
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
      "a trust is for another account": ours({
        type: "aws_iam_role",
        after: { assume_role_policy: policy({ ...foreign, Effect: "Allow", Action: "sts:AssumeRole" }) },
      }),
      "a trust is for all of this account": ours({
        type: "aws_iam_role",
        after: { assume_role_policy: policy({ ...owner, Effect: "Allow", Action: "sts:AssumeRole" }) },
      }),
      "a trust is for somebody's identity provider": ours({
        type: "aws_iam_role",
        after: {
          assume_role_policy: policy({
            Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/example.com" },
            Effect: "Allow",
            Action: "sts:AssumeRoleWithWebIdentity",
          }),
        },
      }),
      "a new reader of a secret": {
        type: "aws_iam_role_policy",
        after: { policy: policy(allow("secretsmanager:GetSecretValue", `${arn}:secret:orders`)) },
      },
      "a new policy with a wildcard in an action": {
        type: "aws_iam_role_policy",
        after: { policy: policy(allow("secretsmanager:G*", `${arn}:secret:orders`)) },
      },
      "another boundary": change(
        "aws_iam_role",
        { permissions_boundary: "a" },
        { permissions_boundary: "b" },
      ),
    },
    silent: {
      "the same in another order": change(
        "aws_iam_role_policy",
        { policy: policy(allow("a:B"), allow("a:C", "x")) },
        { policy: policy({ ...allow("a:C"), Resource: ["x"] }, { ...allow("A:b"), Action: ["A:b"] }) },
      ),
      "a new role of a function": {
        type: "aws_iam_role",
        after: {
          assume_role_policy: policy({
            Principal: { Service: "lambda.amazonaws.com" },
            Effect: "Allow",
            Action: "sts:AssumeRole",
          }),
        },
      },
      "a new policy for logs": {
        type: "aws_iam_role_policy",
        after: { policy: policy(allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:a:*")) },
      },
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
      "a new one of a secret that allows something": ours({
        type: `${SECRET}_policy`,
        after: { policy: policy({ ...allow("secretsmanager:GetSecretValue"), ...owner }) },
      }),
      "a new one of a key for another account": ours({
        type: "aws_kms_key",
        after: { policy: policy({ ...allow("kms:Decrypt"), ...foreign }) },
      }),
      "a bucket's public access block goes": {
        type: "aws_s3_bucket_public_access_block",
        before: { block_public_acls: true },
      },
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
      "a new key of this account": ours({
        type: "aws_kms_key",
        after: { policy: policy({ ...allow("kms:*"), ...owner }) },
      }),
      "a new one of a secret that denies": {
        type: `${SECRET}_policy`,
        after: { policy: policy(denied(["arn:a"])) },
      },
    },
  },
  R28: {
    fires: {
      ...Object.fromEntries(
        Object.entries(NAMED).map(([type, names]) => [
          `a new ${type} with the name of another one`,
          {
            changes: [
              { type, address: `${type}.other`, actions: ["no-op"], before: names, after: names },
              { type, after: names },
            ],
            plan: {},
          },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(NAMED).map(([type, names]) => [
          `another name of a ${type}, which another one has`,
          {
            changes: [
              { type, address: `${type}.other`, actions: ["no-op"], before: names, after: names },
              { type, actions: REPLACED, before: { ...names, ...OTHER_NAMES }, after: names },
            ],
            plan: {},
          },
        ]),
      ),
      "another name that is not known yet": {
        changes: [
          {
            type: "vault_policy",
            actions: REPLACED,
            before: { name: "a" },
            after: {},
            unknown: { name: true },
          },
        ],
        plan: configured("vault_policy", { name: { references: ["terraform_data.it.output"] } }),
      },
      "a policy of a secret of another stack": {
        type: `${SECRET}_policy`,
        after: { secret_arn: arn, policy: policy(denied(["arn:a"])) },
      },
      "a policy of a role of another stack": {
        type: "aws_iam_role_policy",
        after: { role: "a", name: "b", policy: policy(allow("logs:PutLogEvents")) },
      },
      "a policy of what nobody knows yet": {
        changes: [
          { type: SECRET, after: { name: "a" } },
          { type: `${SECRET}_policy`, after: {}, unknown: { secret_arn: true } },
        ],
        plan: configured(`${SECRET}_policy`, { secret_arn: { references: ["terraform_data.it.output"] } }),
      },
      "a name that is not known yet": unknownOf(
        "aws_cloudwatch_metric_alarm",
        "alarm_name",
        "terraform_data.it.output",
      ),
    },
    silent: {
      "a policy of a new secret": {
        changes: [
          { type: SECRET, after: { name: "a" } },
          { type: `${SECRET}_policy`, after: {}, unknown: { secret_arn: true } },
        ],
        plan: configured(`${SECRET}_policy`, {
          secret_arn: { references: [`${SECRET}.it.arn`, `${SECRET}.it`] },
        }),
      },
      "a policy of a secret that is made anew": {
        changes: [
          { type: SECRET, actions: REPLACED, before: { name: "a" }, after: { name: "b" } },
          {
            type: `${SECRET}_policy`,
            actions: REPLACED,
            before: { secret_arn: arn },
            after: {},
            unknown: { secret_arn: true },
          },
        ],
        plan: configured(`${SECRET}_policy`, {
          secret_arn: { references: [`${SECRET}.it.arn`, `${SECRET}.it`] },
        }),
      },
      "a policy that is made anew where it was": {
        type: `${SECRET}_policy`,
        actions: REPLACED,
        before: { secret_arn: arn },
        after: { secret_arn: arn },
      },
      "another policy of a role of this stack": {
        changes: [
          { type: "aws_iam_role", actions: ["no-op"], before: { name: "a" }, after: { name: "a" } },
          ...["b", "c"].map((name) => ({
            type: "aws_iam_role_policy",
            address: `aws_iam_role_policy.${name}`,
            after: { role: "a", name },
          })),
        ],
        plan: {},
      },
      "an alarm with a name of its own": {
        changes: ["a", "b"].map((alarm_name) => ({
          type: "aws_cloudwatch_metric_alarm",
          address: `aws_cloudwatch_metric_alarm.${alarm_name}`,
          after: { alarm_name },
        })),
        plan: {},
      },
    },
  },
};
