/** How many requests of an account a service takes in a Region. */
export interface Rate {
  /** Names of the operations that take from the same bucket. */
  readonly operations: RegExp;
  /** Tokens that the bucket gets back each second. */
  readonly perSecond: number;
  /** Tokens that it holds. @default perSecond */
  readonly burst?: number;
  /** Each operation has a bucket of its own. @default false */
  readonly each?: true;
}

const READS = /^(Describe|Get|List)/;
const ALL = /^/;

/**
 * What AWS publishes, by the prefix of IAM's actions; the first entry that has an operation counts. An operation
 * without one is not throttled here, nor is a service that neither this table nor the next one has: SNS, Systems
 * Manager, EventBridge and its Scheduler, Service Quotas, Route 53 Resolver and STS.
 *
 * - Amazon EC2 Developer Guide, "Request throttling for the Amazon EC2 API"
 * - AWS Lambda Developer Guide, "Lambda quotas", "Lambda API requests"
 * - AWS KMS Developer Guide, "Request quotas"
 * - AWS Secrets Manager User Guide, "AWS Secrets Manager quotas"
 * - Amazon CloudWatch User Guide, "CloudWatch service quotas"; Logs User Guide, "CloudWatch Logs quotas"
 * - Amazon Route 53 Developer Guide, "Quotas", "Maximums on API requests"
 * - AWS CloudTrail User Guide, "Quotas in AWS CloudTrail"
 * - Elastic Load Balancing User Guide, "Request throttling for the ELB API", for what changes nothing; for the others,
 *   what AWS's own client keeps to (AWS Load Balancer Controller, "Configurations", "Default throttle config")
 */
export const PUBLISHED_RATES: Readonly<Record<string, readonly Rate[]>> = {
  ec2: [
    { operations: READS, burst: 100, perSecond: 20, each: true },
    { operations: ALL, burst: 50, perSecond: 5, each: true },
  ],
  lambda: [
    { operations: /^InvokeFunction$/, perSecond: 10_000 },
    { operations: /^GetFunction$/, perSecond: 100 },
    { operations: /^GetPolicy$/, perSecond: 15 },
    { operations: ALL, perSecond: 15 },
  ],
  kms: [
    { operations: /^(CreateKey|CreateAlias)$/, perSecond: 5, each: true },
    { operations: /^TagResource$/, perSecond: 10 },
    {
      operations: /^(PutKeyPolicy|EnableKeyRotation|ScheduleKeyDeletion|DeleteAlias)$/,
      perSecond: 15,
      each: true,
    },
    { operations: /^ListAliases$/, perSecond: 500 },
    { operations: READS, perSecond: 1_000, each: true },
  ],
  secretsmanager: [
    { operations: /^GetSecretValue$/, perSecond: 10_000 },
    { operations: /^DescribeSecret$/, perSecond: 40_000 },
    { operations: /ResourcePolicy$/, perSecond: 50 },
    { operations: /^(PutSecretValue|UpdateSecret|UpdateSecretVersionStage)$/, perSecond: 50 },
    { operations: /^(RotateSecret|CancelRotateSecret)$/, perSecond: 50 },
    { operations: /^(TagResource|UntagResource)$/, perSecond: 50 },
    { operations: /^(CreateSecret|DeleteSecret|ListSecretVersionIds)$/, perSecond: 50, each: true },
  ],
  cloudwatch: [
    { operations: /^(PutMetricAlarm|DeleteAlarms)$/, perSecond: 3, each: true },
    { operations: /^DescribeAlarms$/, perSecond: 9 },
  ],
  logs: [{ operations: /^(CreateLogGroup|DeleteLogGroup|DescribeLogGroups)$/, perSecond: 10, each: true }],
  route53: [{ operations: ALL, perSecond: 5 }],
  cloudtrail: [
    { operations: /^LookupEvents$/, perSecond: 2 },
    { operations: READS, perSecond: 10 },
    { operations: ALL, perSecond: 1 },
  ],
  elasticloadbalancing: [
    { operations: /^(Register|Deregister)Targets$/, burst: 20, perSecond: 4 },
    { operations: ALL, burst: 40, perSecond: 10 },
  ],
};

/**
 * Services that throttle, as their documents say, and do not publish at which rate: IAM (AWS Security Blog, "How to
 * monitor and query IAM resources at scale", a token bucket), Amazon RDS and the settings of S3's buckets. Assumed to
 * be as Amazon EC2's.
 */
export const ASSUMED_RATES: Readonly<Record<string, readonly Rate[]>> = {
  iam: [
    { operations: READS, burst: 100, perSecond: 20, each: true },
    { operations: ALL, burst: 50, perSecond: 5, each: true },
  ],
  rds: [
    { operations: READS, burst: 100, perSecond: 20, each: true },
    { operations: ALL, burst: 50, perSecond: 5, each: true },
  ],
  s3: [{ operations: /Bucket|Configuration$/, burst: 50, perSecond: 5, each: true }],
};
