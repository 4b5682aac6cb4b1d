import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { Construct } from "constructs";
import type { Account } from "../contracts/account";
import { CLOSED, tlsOnly } from "../storage/private-bucket";

export interface TrailProps {
  readonly account: Account;
  readonly namePrefix: string;
  /** How long the bucket keeps the trail's files. */
  readonly logRetentionDays: number;
}

/** Calls so often that they would cost more than all others; no rotation event comes from them. */
const LOUD_SOURCES = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

/**
 * The trail without which EventBridge gets no event of CloudTrail (Amazon EventBridge User Guide, "AWS service events
 * delivered via AWS CloudTrail"). Its files are of no use here: the bucket holds them as CloudTrail has to have one.
 */
export class Trail extends Construct {
  private readonly name: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TrailProps,
  ) {
    super(scope, id);
    this.name = `${props.namePrefix}-trail`;
    const bucket = this.addBucket();
    new Cloudtrail(this, "Resource", {
      name: this.name,
      s3BucketName: bucket.name,
      isMultiRegionTrail: false,
      includeGlobalServiceEvents: false,
      enableLogFileValidation: true,
      eventSelector: [
        {
          readWriteType: "All",
          includeManagementEvents: true,
          excludeManagementEventSources: LOUD_SOURCES,
        },
      ],
      dependsOn: [bucket.policy],
    });
  }

  private addBucket() {
    const { account, logRetentionDays } = this.props;
    const bucket = new S3Bucket(this, "Bucket", {
      // Names of buckets are taken worldwide.
      bucket: `${this.name}-${account.id}-${account.region}`,
      // The files are copies of what CloudTrail shows for 90 days.
      forceDestroy: true,
    });
    const closed = new S3BucketPublicAccessBlock(this, "NoPublicAccess", { bucket: bucket.id, ...CLOSED });
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      bucket: bucket.id,
      rule: [
        {
          id: "expire",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: logRetentionDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
    });
    const document = new DataAwsIamPolicyDocument(this, "BucketPolicyDocument", {
      statement: this.deliveryStatements(bucket.arn),
    });
    // S3 takes no policy while the block of public access is being made.
    const policy = new S3BucketPolicy(this, "BucketPolicy", {
      bucket: bucket.id,
      policy: document.json,
      dependsOn: [closed],
    });
    return { name: bucket.bucket, policy };
  }

  /** AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail". */
  private deliveryStatements(bucketArn: string) {
    const { account } = this.props;
    const ofTrail = {
      test: "StringEquals",
      variable: "aws:SourceArn",
      values: [account.arn("cloudtrail", `trail/${this.name}`)],
    };
    const principals = [{ type: "Service", identifiers: ["cloudtrail.amazonaws.com"] }];
    return [
      {
        sid: "CheckBucket",
        actions: ["s3:GetBucketAcl"],
        resources: [bucketArn],
        principals,
        condition: [ofTrail],
      },
      {
        sid: "WriteFiles",
        actions: ["s3:PutObject"],
        resources: [`${bucketArn}/AWSLogs/${account.id}/*`],
        principals,
        condition: [
          ofTrail,
          { test: "StringEquals", variable: "s3:x-amz-acl", values: ["bucket-owner-full-control"] },
        ],
      },
      tlsOnly(bucketArn, "AWS"),
    ];
  }
}
