import { rotationTags, VALUE_TAG } from "../../../../lambda/rotation/contract/tags";
import type { WrittenChange } from "./plans";
import {
  arn,
  type Case,
  type Cases,
  change,
  configured,
  days,
  ours,
  ROTATION,
  SECRET,
  unknownOf,
} from "./rule-case";

const call = { action: "lambda:InvokeFunction", principal: "secretsmanager.amazonaws.com" };

/** Every tag that tells the rotation function something. */
const ROTATION_TAGS = rotationTags(
  {
    user: "orders",
    strategy: "alternating-users",
    groupRoles: ["app_owner"],
    grants: [{ privileges: ["CREATE"], on: "database" }],
    iamUser: "orders_iam",
  },
  "orders",
);

/** A new secret, and its first version. */
const begins = (value: object, more: object = {}, ...others: readonly WrittenChange[]): Case =>
  versionOf(`${SECRET}.it.id`, value, more, ...others);
/** A new secret, and the first version of what a reference says. */
const versionOf = (
  reference: string,
  value: object,
  { unknown, ...more }: Partial<WrittenChange> = {},
  ...others: readonly WrittenChange[]
): Case => ({
  changes: [
    { type: SECRET, after: { name: "a" } },
    { type: `${SECRET}_version`, after: { ...value }, unknown: { secret_id: true, ...unknown }, ...more },
    ...others,
  ],
  plan: configured(`${SECRET}_version`, { secret_id: { references: [reference] } }),
});
const outputs = (name: string, after: unknown, more: object = {}): Case => ({
  plan: {
    output_changes: { [name]: { actions: ["create"], before: null, after, after_unknown: false, ...more } },
  },
});

/** Rules about secrets, their databases, rotations and keys, which any stack with secrets needs. */
export const CASES_OF_SECRETS: Readonly<Record<string, Cases>> = {
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
      "everybody may call a function": { type: "aws_lambda_permission", after: { ...call, principal: "*" } },
      "another service may call": {
        type: "aws_lambda_permission",
        after: { ...call, source_account: "111122223333", principal: "apigateway.amazonaws.com" },
      },
      "a service may call on behalf of everybody": { type: "aws_lambda_permission", after: call },
      "a service may call on behalf of anybody's secrets": ours({
        type: "aws_lambda_permission",
        after: { ...call, source_arn: "arn:aws:secretsmanager:*:*:secret:*" },
      }),
      "a service may call on behalf of whom nobody knows yet": ours({
        type: "aws_lambda_permission",
        after: call,
        unknown: { source_account: true },
      }),
      "a service may call on behalf of more": {
        ...change(
          "aws_lambda_permission",
          { source_arn: `${arn}/a` },
          { source_arn: "arn:aws:events:*:*:rule/*" },
        ),
        actions: ["delete", "create"],
      },
      "no schedule at all": change(ROTATION, days(7), { rotation_rules: [{ automatically_after_days: 0 }] }),
      "more than calls": {
        type: "aws_lambda_permission",
        after: { ...call, source_account: "111122223333", action: "lambda:*" },
      },
      ...Object.fromEntries(
        Object.entries(ROTATION_TAGS).flatMap(([tag, value]) => [
          [`another ${tag}`, change(SECRET, { tags: { [tag]: "a" } }, { tags: { [tag]: value } })],
          [`a new ${tag}`, change(SECRET, { tags: null }, { tags: { [tag]: value } })],
          [`no ${tag} any more`, change(SECRET, { tags: { [tag]: value } }, { tags: {} })],
        ]),
      ),
      "a tag that the provider gives every resource": change(
        SECRET,
        { tags: {}, tags_all: {} },
        { tags: {}, tags_all: { "rotation:grants": "ALL:*" } },
      ),
      "tags that are not known yet": {
        ...change(SECRET, { tags: { "rotation:user": "a" } }, {}),
        unknown: { tags: true },
      },
      "tags of all that are not known yet": {
        ...change(SECRET, { tags: {}, tags_all: {} }, { tags: {} }),
        unknown: { tags_all: true },
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
      "what its value was written for": change(
        SECRET,
        { tags: { [VALUE_TAG]: "a" } },
        { tags: { [VALUE_TAG]: "b" } },
      ),
      "another tag": change(SECRET, { tags: { a: "b" } }, { tags: { a: "c" } }),
      "a service may call on behalf of this account": ours({
        type: "aws_lambda_permission",
        after: { ...call, source_account: "111122223333" },
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
      "a version of a secret that exists, beside a new secret": {
        changes: [
          { type: SECRET, after: { name: "a" } },
          { type: `${SECRET}_version`, after: { secret_id: arn, secret_string: "{}" } },
        ],
        plan: {},
      },
      ...Object.fromEntries(
        Object.entries({
          "a password": { secret_string: '{"username":"orders","password":"hunter2"}' },
          "a password inside": { secret_string: '{"orders":{"password":"hunter2"}}' },
          "a number that is a PIN": { secret_string: '{"pin":4711}' },
          "a text": { secret_string: "hunter2" },
          "a list": { secret_string: '["hunter2"]' },
          bytes: { secret_binary: "aHVudGVyMg==" },
        }).map(([title, value]) => [`a new secret begins with ${title}`, begins(value)]),
      ),
      "a new secret begins with what is not known yet, in a stack that exists": begins(
        {},
        { unknown: { secret_string: true } },
        { type: "aws_vpc", actions: ["no-op"], before: {}, after: {} },
      ),
      "a version of what nobody knows yet, beside a new secret": versionOf("terraform_data.it.output", {
        secret_string: '{"username":"orders","host":"db.example.com"}',
      }),
      "a tag": change("aws_vpc", { tags: {} }, { tags: { DbPassword: "hunter2" } }),
      "the input of a resource that only keeps it": {
        type: "terraform_data",
        after: { input: { password: "hunter2" } },
      },
      "the name of an output": outputs("admin_password", "hunter2-hunter2"),
      "a name in an output": outputs("login", { user: "orders", password: "hunter2" }),
      "passwords by name in an output": outputs("passwords", { orders: "hunter2" }),
      "JSON in an output": outputs("login", '{"password":"hunter2"}'),
      "an output with the name of a secret that is not known yet": outputs("admin_password", undefined, {
        after_unknown: true,
      }),
      "a sensitive output with the name of a secret": outputs("admin_password", "hunter2", {
        after_sensitive: true,
      }),
      "a literal in an output": outputs("note", "hvs.CAESIJlU9JMYEhOPYv4igdhm9PnZDrabYTobQ4Ymnlq1qY"),
      "a literal in another resource": change(
        "aws_thing",
        { note: "a" },
        { note: "hvs.CAESIJlU9JMYEhOPYv4igdhm9PnZDrabYTobQ4Ymnlq1qY" },
      ),
    },
    silent: {
      "with the secret itself, without a password": begins(
        { secret_string: '{"engine":"aurora-mysql","username":"orders","masterarn":"a","password":null}' },
        { sensitive: { secret_string: true } },
      ),
      "an ARN in an output": outputs("superuser_secret", arn),
      "documents without passwords in an output": outputs("secret_values", {
        orders: '{"engine":"aurora-mysql","username":"orders"}',
      }),
      "an output that goes": outputs("admin_password", null, { actions: ["delete"], before: "hunter2" }),
      "what stacks give each other": outputs("cross-stack-output-aws_secretsmanager_secretThe_Secret", "a", {
        after_sensitive: true,
      }),
      "only its labels": change(`${SECRET}_version`, { version_stages: ["A"] }, { version_stages: ["B"] }),
    },
  },
  R10: {
    fires: {
      "AWS's own key of a new secret": { type: SECRET, after: { name: "a" } },
      "a key of a new secret that may be none": unknownOf(SECRET, "kms_key_id", "terraform_data.it.output"),
      "another key of a topic": change(
        "aws_sns_topic",
        { kms_master_key_id: arn },
        { kms_master_key_id: null },
      ),
      "AWS's own key": change(SECRET, { kms_key_id: arn }, { kms_key_id: null }),
      "a new key that is not rotated": { type: "aws_kms_key", after: { enable_key_rotation: false } },
      "a new key that is soon deleted": {
        type: "aws_kms_key",
        after: { enable_key_rotation: true, deletion_window_in_days: 7 },
      },
      "a new key that is switched off": {
        type: "aws_kms_key",
        after: { enable_key_rotation: true, is_enabled: false },
      },
      "TLS is not asked for": change(
        "aws_rds_cluster_parameter_group",
        { parameter: [{ name: "rds.force_ssl", value: "1" }] },
        { parameter: [{ name: "rds.force_ssl", value: "0" }] },
      ),
    },
    silent: {
      "a new secret with a new key": unknownOf(SECRET, "kms_key_id", "aws_kms_key.it.arn", "aws_kms_key.it"),
      "a new key that is rotated": {
        type: "aws_kms_key",
        after: { enable_key_rotation: true, is_enabled: true, deletion_window_in_days: 30 },
      },
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
};
