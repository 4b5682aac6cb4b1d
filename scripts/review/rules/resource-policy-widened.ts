import { accountsOf, type Plan, type ResourceChange } from "../plan/change";
import type { Found, Rule } from "./rule";
import { CANNOT_TELL, dropped, guarded, isOf, letIn, policyWidenings, removed, turnedOff } from "./support";

/** Types whose `policy` says who may use them. */
const WITH_POLICY = [
  "aws_secretsmanager_secret",
  "aws_secretsmanager_secret_policy",
  "aws_kms_key",
  "aws_kms_key_policy",
  "aws_sns_topic",
  "aws_sns_topic_policy",
  "aws_sqs_queue",
  "aws_sqs_queue_policy",
  "aws_s3_bucket_policy",
  "aws_lambda_layer_version_permission",
  "aws_ecr_repository_policy",
  "aws_cloudwatch_log_resource_policy",
];
const POLICY_ONLY = /_policy$/;
const PUBLIC_ACCESS = "aws_s3_bucket_public_access_block";
const PUBLIC = [
  ["aws_secretsmanager_secret_policy", "block_public_policy"],
  [PUBLIC_ACCESS, "block_public_acls"],
  [PUBLIC_ACCESS, "block_public_policy"],
  [PUBLIC_ACCESS, "ignore_public_acls"],
  [PUBLIC_ACCESS, "restrict_public_buckets"],
] as const;

export const resourcePolicyWidened: Rule = {
  id: "R09",
  title: "Policy of a secret or a key widened",
  resource: (change, plan) => [
    ...policy(change, plan),
    ...removed(change, WITH_POLICY, "high").filter(() => POLICY_ONLY.test(change.type)),
    ...removed(change, [PUBLIC_ACCESS], "high"),
    ...guarded(change, [
      ...PUBLIC.map(([type, attribute]) => ({
        types: [type],
        attribute,
        severity: "high" as const,
        isWorse: turnedOff,
        what: "the public is no longer refused",
      })),
      {
        types: WITH_POLICY,
        attribute: "policy",
        severity: "high",
        isWorse: dropped,
        what: "the policy is removed",
      },
    ]).filter(({ what }) => !what.startsWith("policy cannot")),
  ],
};

function policy(change: ResourceChange, plan: Plan): Found[] {
  if (!isOf(change.type, WITH_POLICY)) return [];
  const found = policyWidenings(change, "policy");
  if (found === "cannot tell")
    return [{ severity: change.kind === "create" ? "medium" : "high", what: CANNOT_TELL }];
  const { widenings, after } = found;
  // A secret's policy is there to deny: what may read it, IAM says.
  const isForAll = change.kind === "create" && !change.type.startsWith("aws_secretsmanager_");
  const news = isForAll ? letIn(after, accountsOf(plan)) : widenings.map(({ what }) => what);
  return news.map((what) => ({ severity: "high", what }));
}
