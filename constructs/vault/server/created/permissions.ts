import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Account } from "../../../contracts/account";
import { ofSecrets, viaService } from "../../../encryption/via-service";
import { SNAPSHOT_PREFIX } from "../node/names";
import { ARTIFACT_PREFIX, type VaultStorage } from "./storage";

/** What a node works with. */
export interface NodeResources {
  readonly account: Account;
  readonly storage: VaultStorage;
  readonly certificateSecretArn: string;
  readonly auditLogGroupArn: string;
  readonly auditLogGroupName: string;
  readonly metricsNamespace: string;
}

type Service = "kms" | "s3" | "secretsmanager" | "logs" | "monitoring" | "ssm" | "ssmmessages";

/**
 * All that a node may do, by the service that it asks. Each service's endpoint passes the same and nothing else. It
 * asks no EC2, as nodes find one another by address, and no IAM.
 */
export function nodePermissions(
  resources: NodeResources,
): Readonly<Record<Service, readonly DataAwsIamPolicyDocumentStatement[]>> {
  const { storage, certificateSecretArn, auditLogGroupArn, metricsNamespace } = resources;
  const { bucket } = storage;
  return {
    // Vault documentation, "AWS KMS seal": authentication.
    kms: [
      {
        sid: "Unseal",
        actions: ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"],
        resources: [storage.sealKeyArn],
      },
    ],
    s3: [
      // Not the one object: a node that is not rolled yet fetches the program before when it starts.
      { sid: "Program", actions: ["s3:GetObject"], resources: [`${bucket.arn}/${ARTIFACT_PREFIX}/*`] },
      { sid: "Snapshots", actions: ["s3:PutObject"], resources: [`${bucket.arn}/${SNAPSHOT_PREFIX}/*`] },
      {
        sid: "AgeOfSnapshots",
        actions: ["s3:ListBucket"],
        resources: [bucket.arn],
        condition: [{ test: "StringEquals", variable: "s3:prefix", values: [`${SNAPSHOT_PREFIX}/`] }],
      },
    ],
    secretsmanager: [
      { sid: "Certificate", actions: ["secretsmanager:GetSecretValue"], resources: [certificateSecretArn] },
    ],
    logs: [
      {
        sid: "AuditLog",
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [`${auditLogGroupArn}:*`],
      },
    ],
    monitoring: [
      {
        sid: "Metrics",
        actions: ["cloudwatch:PutMetricData"],
        resources: ["*"],
        condition: [{ test: "StringEquals", variable: "cloudwatch:namespace", values: [metricsNamespace] }],
      },
    ],
    // AWS Systems Manager User Guide, "Add Session Manager permissions to an existing IAM role".
    ssm: [{ sid: "Agent", actions: ["ssm:UpdateInstanceInformation"], resources: ["*"] }],
    ssmmessages: [
      {
        sid: "Sessions",
        actions: ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"].map(
          (action) => `ssmmessages:${action}`,
        ),
        resources: ["*"],
      },
    ],
  };
}

/** What S3 and Secrets Manager do with keys on a node's behalf, which no endpoint sees. */
export function keyPermissions({
  account,
  storage,
  certificateSecretArn,
}: NodeResources): readonly DataAwsIamPolicyDocumentStatement[] {
  return [
    {
      sid: "BucketKey",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [storage.keyArn],
      condition: [viaService(account, "s3")],
    },
    {
      sid: "CertificateKey",
      actions: ["kms:Decrypt"],
      // Whichever key the secret has, and of what that key encrypts only the secret.
      resources: [account.arn("kms", "key/*")],
      condition: ofSecrets(account, [certificateSecretArn]),
    },
  ];
}
