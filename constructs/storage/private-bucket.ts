import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";

export interface PrivateBucketProps {
  /** Unique in all of AWS. */
  readonly name: string;
  readonly encryptionKeyArn: string;
  /** Days after which objects are deleted, and their older versions after as many more, by the start of their keys. */
  readonly retentionDays: Readonly<Record<string, number>>;
  /** Refuse to destroy the bucket; otherwise it goes with all that is in it. */
  readonly deletionProtection: boolean;
}

/** Nobody else is let into a bucket. */
export const CLOSED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** Refuses whoever speaks to a bucket without TLS. */
export function tlsOnly(bucketArn: string, principalType = "*") {
  return {
    sid: "TlsOnly",
    effect: "Deny",
    principals: [{ type: principalType, identifiers: ["*"] }],
    actions: ["s3:*"],
    resources: [bucketArn, `${bucketArn}/*`],
    condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
  };
}

/** A versioned bucket that keeps everything encrypted by one key, is open to nobody else and is spoken to by TLS. */
export class PrivateBucket extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PrivateBucketProps,
  ) {
    super(scope, id);
    const { name, deletionProtection } = props;
    const bucket = new S3Bucket(this, "Resource", {
      bucket: name,
      forceDestroy: !deletionProtection,
      lifecycle: deletionProtection ? { preventDestroy: true } : undefined,
    });
    this.name = bucket.id;
    this.arn = bucket.arn;
    const closed = this.closeToThePublic();
    this.encrypt();
    this.keepVersions();
    this.demandTls(closed);
  }

  private closeToThePublic(): S3BucketPublicAccessBlock {
    new S3BucketOwnershipControls(this, "Ownership", {
      bucket: this.name,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    return new S3BucketPublicAccessBlock(this, "PublicAccess", { bucket: this.name, ...CLOSED });
  }

  private encrypt(): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket: this.name,
      rule: [
        {
          // One call of KMS for many objects.
          bucketKeyEnabled: true,
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: this.props.encryptionKeyArn,
          },
        },
      ],
    });
  }

  private keepVersions(): void {
    const versioning = new S3BucketVersioningA(this, "Versioning", {
      bucket: this.name,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "Retention", {
      bucket: this.name,
      rule: [
        {
          id: "unfinished-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
        ...Object.entries(this.props.retentionDays).map(([prefix, days]) => ({
          id: prefix,
          status: "Enabled",
          filter: [{ prefix: `${prefix}/` }],
          expiration: [{ days }],
          noncurrentVersionExpiration: [{ noncurrentDays: days }],
        })),
      ],
      dependsOn: [versioning],
    });
  }

  /** S3 takes no policy while the block of public access is being made. */
  private demandTls(closed: S3BucketPublicAccessBlock): void {
    const policy = new DataAwsIamPolicyDocument(this, "PolicyDocument", { statement: [tlsOnly(this.arn)] });
    new S3BucketPolicy(this, "Policy", { bucket: this.name, policy: policy.json, dependsOn: [closed] });
  }
}
