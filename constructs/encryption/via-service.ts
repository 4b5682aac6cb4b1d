import type { DataAwsIamPolicyDocumentStatementCondition } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Account } from "../contracts/account";

/** The condition that a key is used through one AWS service (AWS KMS Developer Guide, "kms:ViaService"). */
export function viaService(account: Account, service: string): DataAwsIamPolicyDocumentStatementCondition {
  return { test: "StringEquals", variable: "kms:ViaService", values: [account.serviceHost(service)] };
}
