import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
  type DataAwsIamPolicyDocumentStatementCondition,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { Account } from "../contracts/account";
import { viaService } from "./via-service";

export interface EncryptionKeyProps {
  readonly account: Account;
  /** Name behind `alias/`. */
  readonly name: string;
  readonly description: string;
  /**
   * Refuse to destroy the key, because something encrypted with it is to stay.
   *
   * @default false
   */
  readonly keep?: boolean;
  /** Who may encrypt and decrypt; see {@link throughService} and {@link byCloudWatchLogs}. */
  readonly use: readonly DataAwsIamPolicyDocumentStatement[];
}

const ADMINISTRATION = [
  "CreateAlias",
  "Describe*",
  "Enable*",
  "List*",
  "Put*",
  "Update*",
  "Revoke*",
  "Disable*",
  "Get*",
  "Delete*",
  "TagResource",
  "UntagResource",
  "ScheduleKeyDeletion",
  "CancelKeyDeletion",
  "RotateKeyOnDemand",
].map((action) => `kms:${action}`);

/**
 * A customer-managed key, rotated every year. The account administers it; to encrypt and decrypt with it, its
 * principals need IAM's permission and one of the uses listed.
 */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);

    const policy = new DataAwsIamPolicyDocument(this, "Policy", {
      statement: [administration(props.account), ...props.use],
    });
    const key = new KmsKey(this, "Resource", {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policy.json,
      lifecycle: props.keep ? { preventDestroy: true } : undefined,
    });
    new KmsAlias(this, "Alias", { name: `alias/${props.name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

/** What a service does with a key for whoever calls it. */
const USES = {
  // Amazon EBS User Guide, "How Amazon EBS encryption works".
  ec2: ["Decrypt", "ReEncrypt*", "GenerateDataKey*"],
  // Amazon RDS User Guide, "AWS KMS key management".
  rds: ["Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*"],
  // Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys".
  s3: ["Decrypt", "GenerateDataKey*"],
  // AWS Secrets Manager User Guide, "Secret encryption and decryption".
  secretsmanager: ["Encrypt", "Decrypt", "GenerateDataKey*"],
} as const;

/** A service through which principals use a key. */
export type UsingService = keyof typeof USES;

/** Principals of the account whom IAM lets use the key may do so through one AWS service only. */
export function throughService(account: Account, service: UsingService): DataAwsIamPolicyDocumentStatement {
  return {
    sid: `Through${service.charAt(0).toUpperCase()}${service.slice(1)}`,
    actions: USES[service].map((action) => `kms:${action}`),
    resources: ["*"],
    principals: [{ type: "AWS", identifiers: [account.rootArn] }],
    condition: [viaService(account, service)],
  };
}

/** The same principals may let that service go on using the key for a resource, as Amazon RDS does for a cluster. */
export function grantsThrough(account: Account, service: UsingService): DataAwsIamPolicyDocumentStatement {
  const use = throughService(account, service);
  return {
    ...use,
    sid: `Grants${use.sid}`,
    actions: ["kms:CreateGrant"],
    condition: [
      ...(use.condition as DataAwsIamPolicyDocumentStatementCondition[]),
      { test: "Bool", variable: "kms:GrantIsForAWSResource", values: ["true"] },
    ],
  };
}

/** CloudWatch Logs may use the key for log groups whose name matches one of the patterns. */
export function byCloudWatchLogs(
  account: Account,
  logGroupPatterns: readonly string[],
): DataAwsIamPolicyDocumentStatement {
  return {
    sid: "CloudWatchLogs",
    // AWS's example has kms:Describe*, too, which never has an encryption context.
    actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
    resources: ["*"],
    principals: [{ type: "Service", identifiers: [account.serviceHost("logs")] }],
    condition: [
      {
        test: "ArnLike",
        variable: "kms:EncryptionContext:aws:logs:arn",
        values: logGroupPatterns.map((pattern) => account.arn("logs", `log-group:${pattern}`)),
      },
    ],
  };
}

function administration(account: Account): DataAwsIamPolicyDocumentStatement {
  return {
    sid: "Administration",
    actions: ADMINISTRATION,
    resources: ["*"],
    principals: [{ type: "AWS", identifiers: [account.rootArn] }],
  };
}
