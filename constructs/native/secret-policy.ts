import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Account } from "../contracts/account";

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
    sid: "OnlyDeployersDeleteOrChange",
    effect: "Deny",
    principals: EVERYONE,
    // Who may replace the policy could take this statement away.
    actions: [
      "secretsmanager:DeleteSecret",
      "secretsmanager:TagResource",
      "secretsmanager:UntagResource",
      "secretsmanager:PutResourcePolicy",
      "secretsmanager:DeleteResourcePolicy",
      "secretsmanager:UpdateSecret",
      "secretsmanager:CancelRotateSecret",
    ],
    resources: [secretArn],
    condition: [
      { test: "ArnNotLike", variable: "aws:PrincipalArn", values: [account.rootArn, ...deployers] },
    ],
  };
  return deployers.length > 0 ? [onlyThisAccount, onlyDeployers] : [onlyThisAccount];
}
