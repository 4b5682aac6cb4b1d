import type { Environment } from "../../../constructs/environment";
import { QUOTAS } from "../../../lambda/quota-monitor/contract/metrics";
import { role, service } from "../callers";
import { byCodeOf, fromVpc, ofSecret } from "./conditions";
import { type NeededCalls, RECORDED } from "./needed-call";

const DESTINATIONS = 'AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"';
const SCHEDULER = 'Amazon EventBridge Scheduler User Guide, "Setting up the execution role"';
const CHECKS = 'AWS Lambda Developer Guide, "Invoking a Lambda function on a schedule"';
const TOPICS =
  'Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics"';
const TRAIL = 'AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"';

/** What the parts that watch an environment call, and what calls them. */
export function callsOfOperations(calls: NeededCalls, environment: Environment): void {
  const { operations, databases } = environment;
  if (!operations) return;
  for (const database of Object.keys(databases)) credentialsAreChecked(calls, environment, database);
  quotasAreRead(calls, environment);
  functionsAreScheduled(calls);
  peopleAreTold(calls, environment);
  eventsAreTrailed(calls);
}

function credentialsAreChecked(calls: NeededCalls, environment: Environment, database: string): void {
  const { deployed } = calls;
  const { namePrefix, backends, secrets } = environment;
  const check = deployed.functions.find(({ name }) => name === `${namePrefix}-${database}-health`);
  if (!check) return;
  const self = role(deployed, check.roleArn);
  calls.add(DESTINATIONS, self, "events:PutEvents", deployed.arn("events", "event-bus/default"), {
    context: {
      "events:source": "lambda",
      "events:detail-type": "Lambda Function Invocation Result - Success",
    },
  });
  if (!backends.includes("native")) return;
  const through = deployed.endpoint("native", "secretsmanager");
  const way = (secret: ReturnType<typeof deployed.secret>) => ({
    through,
    context: {
      ...ofSecret(secret),
      ...byCodeOf(check.name, deployed),
      ...fromVpc(environment, deployed),
    },
  });
  for (const settings of secrets) {
    const secret = deployed.secret(`${namePrefix}/${settings.name}`);
    const isOwn = settings.database === database;
    // One of another database is looked at, too: it tells what is missing from what is another's.
    const looked = isOwn ? RECORDED : "a secret that another function rotates";
    calls.add(looked, self, "secretsmanager:DescribeSecret", secret.arn, way(secret));
    const unfinished = "how old a rotation is that has not finished";
    calls.add(unfinished, self, "secretsmanager:ListSecretVersionIds", secret.arn, way(secret));
    if (isOwn) calls.add(RECORDED, self, "secretsmanager:GetSecretValue", secret.arn, way(secret));
  }
}

function quotasAreRead(calls: NeededCalls, { namePrefix }: Environment): void {
  const { deployed } = calls;
  const monitor = deployed.functions.find(({ name }) => name === `${namePrefix}-quota-monitor`);
  if (!monitor) return;
  const self = role(deployed, monitor.roleArn);
  const context = byCodeOf(monitor.name, deployed);
  calls.add(RECORDED, self, ["ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcEndpoints"], "*", { context });
  for (const { serviceCode, quotaCode } of Object.values(QUOTAS)) {
    const quota = deployed.arn("servicequotas", `${serviceCode}/${quotaCode}`);
    calls.add(RECORDED, self, "servicequotas:GetServiceQuota", quota, { context });
  }
  calls.add(RECORDED, self, "servicequotas:GetAWSDefaultServiceQuota", "*", { context });
}

function functionsAreScheduled(calls: NeededCalls): void {
  const { deployed } = calls;
  for (const { values } of deployed.ofType("aws_scheduler_schedule")) {
    const [{ arn, role_arn: roleArn }] = [values.target].flat();
    calls.add(SCHEDULER, service("scheduler.amazonaws.com"), "sts:AssumeRole", roleArn, {
      context: {
        "aws:SourceAccount": deployed.account,
        "aws:SourceArn": deployed.arn("scheduler", "schedule-group/default"),
      },
    });
    calls.add(CHECKS, role(deployed, roleArn), "lambda:InvokeFunction", arn);
  }
}

function peopleAreTold(calls: NeededCalls, { namePrefix }: Environment): void {
  const { deployed } = calls;
  const alarm = {
    context: {
      "aws:SourceAccount": deployed.account,
      "aws:SourceArn": deployed.arn("cloudwatch", `alarm:${namePrefix}-rotationErrors-main`),
    },
  };
  for (const { values } of deployed.ofType("aws_sns_topic"))
    for (const [host, way] of [
      ["events.amazonaws.com", {}],
      ["cloudwatch.amazonaws.com", alarm],
    ] as const) {
      calls.add(TOPICS, service(host), "sns:Publish", values.arn, way);
      calls.add(TOPICS, service(host), ["kms:GenerateDataKey", "kms:Decrypt"], values.kms_master_key_id, way);
    }
}

function eventsAreTrailed(calls: NeededCalls): void {
  const { deployed } = calls;
  for (const { values } of deployed.ofType("aws_cloudtrail")) {
    const context = { "aws:SourceArn": deployed.arn("cloudtrail", `trail/${values.name}`) };
    const bucket = `arn:aws:s3:::${values.s3_bucket_name}`;
    const trail = service("cloudtrail.amazonaws.com");
    calls.add(TRAIL, trail, "s3:GetBucketAcl", bucket, { context });
    const object = `${bucket}/AWSLogs/${deployed.account}/CloudTrail/${deployed.region}/2026/11/28/file.json.gz`;
    calls.add(TRAIL, trail, "s3:PutObject", object, {
      context: { ...context, "s3:x-amz-acl": "bucket-owner-full-control" },
    });
  }
}
