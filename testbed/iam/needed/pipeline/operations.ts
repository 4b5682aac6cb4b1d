import type { Environment } from "../../../../constructs/environment";
import type { Caller } from "../../decide";
import { type NeededCalls, of } from "../needed-call";
import { roleIsPassed } from "./made";

const DEPLOY = "npm run deploy";

export function operationsAreMade(calls: NeededCalls, _: Environment, by: Caller): void {
  const { deployed } = calls;
  const valuesOf = (type: string) => deployed.ofType(type).map(({ values }) => values);
  for (const { name, target } of valuesOf("aws_scheduler_schedule")) {
    const arn = deployed.arn("scheduler", `schedule/default/${name}`);
    calls.add(DEPLOY, by, of("scheduler", "CreateSchedule", "DeleteSchedule"), arn);
    roleIsPassed(calls, by, [target].flat()[0].role_arn, "scheduler");
  }
  for (const { arn } of valuesOf("aws_sns_topic"))
    calls.add(DEPLOY, by, of("sns", "CreateTopic", "TagResource", "Subscribe"), arn);
  for (const { name } of valuesOf("aws_cloudwatch_event_rule"))
    calls.add(
      DEPLOY,
      by,
      of("events", "PutRule", "PutTargets", "TagResource"),
      deployed.arn("events", `rule/${name}`),
    );
  for (const { name, s3_bucket_name: bucket } of valuesOf("aws_cloudtrail")) {
    const arn = deployed.arn("cloudtrail", `trail/${name}`);
    calls.add(DEPLOY, by, of("cloudtrail", "CreateTrail", "AddTags", "StartLogging", "DeleteTrail"), arn);
    const bucketArn = `arn:aws:s3:::${bucket}`;
    calls.add(DEPLOY, by, of("s3", "CreateBucket", "PutBucketPolicy", "DeleteBucket"), bucketArn);
    calls.add(DEPLOY, by, of("s3", "DeleteObject", "DeleteObjectVersion"), `${bucketArn}/AWSLogs/file`);
  }
  for (const { alarm_name: name } of valuesOf("aws_cloudwatch_metric_alarm").slice(0, 1))
    calls.add(
      DEPLOY,
      by,
      of("cloudwatch", "PutMetricAlarm", "TagResource", "DeleteAlarms"),
      deployed.arn("cloudwatch", `alarm:${name}`),
    );
  for (const { dashboard_name: name } of valuesOf("aws_cloudwatch_dashboard"))
    calls.add(
      DEPLOY,
      by,
      "cloudwatch:PutDashboard",
      `arn:aws:cloudwatch::${deployed.account}:dashboard/${name}`,
    );
  if (valuesOf("aws_cloudwatch_query_definition").length > 0)
    calls.add(DEPLOY, by, "logs:PutQueryDefinition", "*");
  for (const { log_group_name: group } of valuesOf("aws_cloudwatch_log_metric_filter"))
    calls.add(DEPLOY, by, "logs:PutMetricFilter", deployed.arn("logs", `log-group:${group}`));
}
