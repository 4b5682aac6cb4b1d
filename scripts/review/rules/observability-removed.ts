import type { Rule } from "./rule";
import { dropped, type Guard, guarded, lost, lowered, removed, shrunk, turnedOff } from "./support";

const OBSERVERS = [
  "aws_flow_log",
  "aws_cloudwatch_metric_alarm",
  "aws_cloudwatch_composite_alarm",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_cloudwatch_log_metric_filter",
  "aws_cloudwatch_log_subscription_filter",
  "aws_sns_topic",
  "aws_sns_topic_subscription",
  "aws_route53_resolver_query_log_config",
  "aws_route53_resolver_query_log_config_association",
  "aws_cloudtrail",
];

const ALARM = ["aws_cloudwatch_metric_alarm"];

const GUARDS: readonly Guard[] = [
  {
    types: ["aws_cloudwatch_log_group"],
    attribute: "retention_in_days",
    severity: "medium",
    // 0 is for ever.
    isWorse: (before, after) => (before === 0 ? after !== 0 : after !== 0 && lowered(before, after)),
    what: "logs are kept for less time",
  },
  guard(
    /^aws_(rds_cluster|db_instance)$/,
    "enabled_cloudwatch_logs_exports",
    shrunk,
    "fewer logs leave the database",
  ),
  guard(["aws_rds_cluster_instance"], "monitoring_interval", lowered, "the instance is watched less closely"),
  guard(ALARM, "actions_enabled", turnedOff, "the alarm tells nobody"),
  guard(ALARM, "alarm_actions", shrunk, "the alarm tells fewer"),
  {
    ...guard(
      ALARM,
      "actions_enabled",
      (before, after) => before === null && after === false,
      "the alarm tells nobody",
    ),
    alsoNew: true,
  },
  guard(
    ["aws_lambda_function"],
    "tracing_config.mode",
    (before, after) => before === "Active" && after !== "Active",
    "calls are no longer traced",
  ),
  guard(["aws_lambda_function"], "logging_config.log_group", dropped, "it logs elsewhere"),
  guard(["aws_cloudtrail"], "enable_logging", turnedOff, "calls of AWS's API are no longer recorded"),
  guard(["aws_cloudtrail"], "enable_log_file_validation", turnedOff, "records can be changed unnoticed"),
];

export const observabilityRemoved: Rule = {
  id: "R12",
  title: "Less is seen",
  resource: (change) => [
    ...lost(change, ["aws_cloudwatch_log_group"], "medium"),
    ...removed(change, OBSERVERS, "medium"),
    ...guarded(change, GUARDS),
  ],
};

function guard(types: Guard["types"], attribute: string, isWorse: Guard["isWorse"], what: string): Guard {
  return { types, attribute, severity: "medium", isWorse, what };
}
