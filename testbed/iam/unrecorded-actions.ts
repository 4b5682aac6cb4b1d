import { type IamPolicy, isLikeAction } from "../aws/iam-policy";

const FILE = "testbed/iam/unrecorded-actions.ts";

/** Why a pipeline may do what no recorded deploy, plan or destroy does; docs/permissions.md says it in short. */
export const UNRECORDED: Readonly<Record<string, readonly string[]>> = {
  "a role is handed to a service": ["iam:PassRole"],
  "the first cluster, query log or load balancer of an account": ["iam:CreateServiceLinkedRole"],
  "what is made has tags, or gets other ones later": [
    "cloudtrail:AddTags",
    "cloudtrail:RemoveTags",
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
    "ec2:DeleteTags",
    "elasticloadbalancing:AddTags",
    "elasticloadbalancing:RemoveTags",
    "events:TagResource",
    "events:UntagResource",
    "iam:TagInstanceProfile",
    "iam:TagRole",
    "iam:UntagInstanceProfile",
    "iam:UntagRole",
    "kms:TagResource",
    "kms:UntagResource",
    "lambda:TagResource",
    "lambda:UntagResource",
    "logs:TagResource",
    "logs:UntagResource",
    "rds:AddTagsToResource",
    "rds:RemoveTagsFromResource",
    "route53:ListTagsForResource",
    "route53resolver:TagResource",
    "route53resolver:UntagResource",
    "secretsmanager:TagResource",
    "secretsmanager:UntagResource",
    "sns:TagResource",
    "sns:UntagResource",
    "ssm:AddTagsToResource",
    "ssm:RemoveTagsFromResource",
  ],
  "RDS, Secrets Manager and EC2 encrypt with a key": [
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
  ],
  "an encrypted log group, and the log of DNS queries": [
    "logs:AssociateKmsKey",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
  ],
  "an endpoint with private DNS": ["route53:AssociateVPCWithHostedZone"],
  "a function with layers, and RotateSecret": ["lambda:GetLayerVersion", "lambda:InvokeFunction"],
  "a Vault with an IAM user of its own, which the test's has not": ["iam:GetUserPolicy"],
  "a boundary for what is there already": [
    "iam:PutRolePermissionsBoundary",
    "iam:PutUserPermissionsBoundary",
  ],
  "subscriptions of the topic, of which the test has none": [
    "sns:GetSubscriptionAttributes",
    "sns:Subscribe",
    "sns:Unsubscribe",
  ],
  "objects without a version in a bucket that is destroyed": ["s3:DeleteObject"],
  "a final snapshot, which the test's databases do not leave": ["rds:CreateDBClusterSnapshot"],
  "event selectors, of which the emulator says that a trail has none": ["cloudtrail:GetEventSelectors"],
  "versions of a secret, which newer providers list where a value is written only": [
    "secretsmanager:ListSecretVersionIds",
  ],
  "a later change, as the test makes none": [
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "ec2:DetachNetworkInterface",
    "ec2:ModifyInstanceMaintenanceOptions",
    "ec2:ModifyInstanceMetadataOptions",
    "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:ModifySecurityGroupRules",
    "ec2:ModifyVolume",
    "ec2:ModifyVpcEndpoint",
    "ec2:StartInstances",
    "elasticloadbalancing:ModifyListener",
    "elasticloadbalancing:ModifyListenerAttributes",
    "elasticloadbalancing:ModifyTargetGroup",
    "elasticloadbalancing:SetSecurityGroups",
    "elasticloadbalancing:SetSubnets",
    "iam:UpdateAssumeRolePolicy",
    "kms:PutKeyPolicy",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
    "lambda:GetFunctionConfiguration",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "rds:ModifyDBCluster",
    "rds:ModifyDBInstance",
    "rds:ModifyDBSubnetGroup",
    "rds:RebootDBInstance",
    "rds:ResetDBClusterParameterGroup",
    "route53:UpdateHostedZoneComment",
    "route53resolver:UpdateFirewallRule",
    "scheduler:UpdateSchedule",
    "secretsmanager:UpdateSecret",
    "ssm:UpdateDocument",
    "ssm:UpdateDocumentDefaultVersion",
  ],
};

/** Allowed actions that were neither recorded nor explained, and those that were explained for nothing. */
export function unexplained(
  policies: readonly IamPolicy[],
  recorded: ReadonlySet<string>,
): readonly string[] {
  const allowed = policies
    .flatMap(({ Statement }) => [Statement].flat())
    .flatMap(({ Effect, Action }) => (Effect === "Allow" ? Action : []));
  const reasons = new Set(Object.values(UNRECORDED).flat());
  const isRecorded = (pattern: string) => [...recorded].some((action) => isLikeAction(action, pattern));
  return [
    ...new Set([
      ...allowed
        .filter((action) => !isRecorded(action) && !reasons.has(action))
        .map((action) => `${action} is needed by no recorded call: remove it, or add a reason to ${FILE}`),
      ...[...reasons]
        .filter((action) => !allowed.includes(action))
        .map((action) => `${action} is explained, and no policy allows it: remove it from ${FILE}`),
      ...[...reasons]
        .filter((action) => isRecorded(action))
        .map((action) => `${action} is explained, and was recorded: remove it from ${FILE}`),
    ]),
  ].sort();
}
