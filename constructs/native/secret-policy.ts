import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Account } from "../account";

const EVERYONE = [{ type: "AWS", identifiers: ["*"] }];

/** Denies only: what is allowed stays with IAM. */
export function secretPolicyStatements(
  account: Account,
  secretArn: string,
  deployers: readonly string[],
): DataAwsIamPolicyDocumentStatement[] {
  const onlyThisAccount: DataAwsIamPolicyDocumentStatement = {
    sid: "OnlyThisAccount",
    effect: "Deny",
    principals: EVERYONE,
    actions: ["secretsmanager:*"],
    resources: [secretArn],
    condition: [
      { test: "StringNotEquals", variable: "aws:PrincipalAccount", values: [account.id] },
      // A service principal has no account; Secrets Manager itself must stay able to rotate.
      { test: "Bool", variable: "aws:PrincipalIsAWSService", values: ["false"] },
    ],
  };
  const onlyDeployers: DataAwsIamPolicyDocumentStatement = {
    sid: "OnlyDeployersDeleteOrRetag",
    effect: "Deny",
    principals: EVERYONE,
    actions: ["secretsmanager:DeleteSecret", "secretsmanager:TagResource", "secretsmanager:UntagResource"],
    resources: [secretArn],
    condition: [{ test: "ArnNotLike", variable: "aws:PrincipalArn", values: [...deployers] }],
  };
  return deployers.length > 0 ? [onlyThisAccount, onlyDeployers] : [onlyThisAccount];
}
