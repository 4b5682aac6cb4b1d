import type { ResourceChange } from "../plan/change";
import type { Found, Rule } from "./rule";
import { CANNOT_TELL, dropped, guarded, isOf, policyWidenings, removed, turnedOff } from "./support";

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

export const resourcePolicyWidened: Rule = {
  id: "R09",
  title: "Policy of a secret or a key widened",
  condition:
    "compared statement by statement, the policy of a secret, key, topic, queue or bucket allows more or denies " +
    "less; it is removed; policies for the public are no longer refused",
  severity: "high",
  why: "These policies hold also against principals whose own permissions are too wide.",
  resource: (change) => [
    ...policy(change),
    ...removed(change, WITH_POLICY, "high").filter(() => POLICY_ONLY.test(change.type)),
    ...guarded(change, [
      {
        types: ["aws_secretsmanager_secret_policy"],
        attribute: "block_public_policy",
        severity: "high",
        isWorse: turnedOff,
        what: "policies for the public are no longer refused",
      },
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

function policy(change: ResourceChange): Found[] {
  if (!isOf(change.type, WITH_POLICY)) return [];
  const found = policyWidenings(change, "policy");
  if (found === "cannot tell")
    return [{ severity: change.kind === "create" ? "medium" : "high", what: CANNOT_TELL }];
  const [from, isNew] = [found.widenings, change.kind === "create"];
  // Of a new policy, only what lets everybody in.
  const news = isNew
    ? from.filter(
        ({ statement: { principals, conditions } }) =>
          principals?.names.includes("AWS:*") && conditions.length === 0,
      )
    : from;
  return news.map(({ what }) => ({ severity: "high", what }));
}
