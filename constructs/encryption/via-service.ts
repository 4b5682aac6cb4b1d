import type { DataAwsIamPolicyDocumentStatementCondition } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Account } from "../contracts/account";

/** The condition that a key is used through one AWS service (AWS KMS Developer Guide, "kms:ViaService"). */
export function viaService(account: Account, service: string): DataAwsIamPolicyDocumentStatementCondition {
  return { test: "StringEquals", variable: "kms:ViaService", values: [account.serviceHost(service)] };
}

/** The conditions that a key is used for some secrets of Secrets Manager only, and through it. */
export function ofSecrets(
  account: Account,
  secretArns: string[],
  test = "StringEquals",
): DataAwsIamPolicyDocumentStatementCondition[] {
  return [
    viaService(account, "secretsmanager"),
    { test, variable: "kms:EncryptionContext:SecretARN", values: secretArns },
  ];
}
