import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Account } from "../contracts/account";

export interface SecretPolicyProps {
  readonly account: Account;
  /** ARN of the role of the function that rotates the secret. */
  readonly rotationRoleArn: string;
  /** Id of the version that has no password. */
  readonly bootstrapVersionId: string;
  /** ARNs of the principals that may change the secret. Empty: whoever IAM allows. */
  readonly deployers: readonly string[];
  /** ARNs of the principals that may read the version without a password and no other. */
  readonly planners: readonly string[];
}

/** Who may replace the policy could take its statements away. */
const CHANGES = [
  "secretsmanager:DeleteSecret",
  "secretsmanager:TagResource",
  "secretsmanager:UntagResource",
  "secretsmanager:PutResourcePolicy",
  "secretsmanager:DeleteResourcePolicy",
  "secretsmanager:UpdateSecret",
  "secretsmanager:RotateSecret",
  "secretsmanager:CancelRotateSecret",
  "secretsmanager:ReplicateSecretToRegions",
  "secretsmanager:RemoveRegionsFromReplication",
  "secretsmanager:StopReplicationToReplica",
];

/** What the rotation function does, too. */
const WRITES = ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"];

/** Denies only: what is allowed stays with IAM. */
export function secretPolicyStatements({
  account,
  rotationRoleArn,
  bootstrapVersionId,
  deployers,
  planners,
}: SecretPolicyProps): DataAwsIamPolicyDocumentStatement[] {
  const changers = [account.rootArn, ...deployers];
  return [
    deny(
      "OnlyThisAccount",
      ["secretsmanager:*"],
      [
        { test: "StringNotEquals", variable: "aws:PrincipalAccount", values: [account.id] },
        // A service principal has no account; Secrets Manager itself must stay able to rotate.
        { test: "Bool", variable: "aws:PrincipalIsAWSService", values: ["false"] },
      ],
    ),
    ...(deployers.length > 0
      ? [
          deny("OnlyDeployersDeleteOrChange", CHANGES, [
            { test: "ArnNotLike", variable: "aws:PrincipalArn", values: changers },
          ]),
          deny("OnlyDeployersAndRotationWrite", WRITES, [
            { test: "ArnNotLike", variable: "aws:PrincipalArn", values: [...changers, rotationRoleArn] },
          ]),
        ]
      : []),
    ...(planners.length > 0
      ? [
          deny(
            "PlannersReadNoPassword",
            ["secretsmanager:GetSecretValue"],
            [
              { test: "ArnLike", variable: "aws:PrincipalArn", values: [...planners] },
              // A request for a label, or for no version, has no such key, and is denied, too.
              { test: "StringNotEquals", variable: "secretsmanager:VersionId", values: [bootstrapVersionId] },
            ],
          ),
        ]
      : []),
  ];
}

/** Of the secret and its replicas: a replica has the same policy under an ARN of its own. */
function deny(
  sid: string,
  actions: string[],
  condition: DataAwsIamPolicyDocumentStatement["condition"],
): DataAwsIamPolicyDocumentStatement {
  const everyone = [{ type: "AWS", identifiers: ["*"] }];
  return { sid, effect: "Deny", principals: everyone, actions, resources: ["*"], condition };
}
