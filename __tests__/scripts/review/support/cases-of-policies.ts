import {
  allow,
  arn,
  type Cases,
  change,
  denied,
  everybody,
  foreign,
  ours,
  owner,
  policy,
  SECRET,
} from "./rule-case";

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
};
