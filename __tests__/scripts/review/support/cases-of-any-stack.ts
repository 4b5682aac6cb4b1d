import { type Cases, change, unknownOf } from "./rule-case";

const topic = "arn:aws:sns:eu-west-1:111122223333:a";
const variables = (before: object, after: object) =>
  change(
    "aws_lambda_function",
    { environment: [{ variables: before }] },
    { environment: [{ variables: after }] },
  );

/** Rules about the rest of any stack: functions, what watches, mounts of Vault, the plan as a whole. */
export const CASES_OF_ANY_STACK: Readonly<Record<string, Cases>> = {
  R11: {
    fires: {
      "a foreign layer": change(
        "aws_lambda_function",
        { layers: [] },
        { layers: ["arn:aws:lambda:eu-west-1:999999999999:layer:x:1"] },
      ),
      "outside the VPC": change(
        "aws_lambda_function",
        { vpc_config: [{ vpc_id: "vpc-1" }] },
        { vpc_config: [] },
      ),
      "a layer less": change("aws_lambda_function", { layers: ["a", "b"] }, { layers: ["a"] }),
      "events in its logs": variables({}, { POWERTOOLS_LOGGER_LOG_EVENT: "true" }),
      "another host for passwords": variables({ DATABASE_HOSTS: "a" }, { DATABASE_HOSTS: "b" }),
      "something else is loaded": {
        type: "aws_lambda_function",
        after: { environment: [{ variables: { NODE_OPTIONS: "--require /tmp/a" } }] },
      },
      "metadata without sessions": change(
        "aws_instance",
        { metadata_options: [{ http_tokens: "required" }] },
        { metadata_options: [{ http_tokens: "optional" }] },
      ),
    },
    silent: {
      "more memory": change("aws_lambda_function", { memory_size: 128 }, { memory_size: 256 }),
      "more logs": variables({ A: "1", LOG_LEVEL: "info" }, { A: "1", LOG_LEVEL: "debug" }),
      "metadata with sessions": {
        type: "aws_instance",
        after: { metadata_options: [{ http_tokens: "required" }] },
      },
    },
  },
  R12: {
    fires: {
      "a flow log goes": { type: "aws_flow_log", before: { id: "fl-1" } },
      "calls are no longer traced": change(
        "aws_lambda_function",
        { tracing_config: [{ mode: "Active" }] },
        { tracing_config: [{ mode: "PassThrough" }] },
      ),
      "a new alarm that tells nobody": {
        type: "aws_cloudwatch_metric_alarm",
        after: { alarm_name: "a", actions_enabled: false },
      },
      "a log group is replaced": {
        ...change("aws_cloudwatch_log_group", { name: "a" }, { name: "a" }),
        actions: ["delete", "create"],
      },
      "records of AWS's API are not sealed": change(
        "aws_cloudtrail",
        { enable_log_file_validation: true },
        { enable_log_file_validation: false },
      ),
      "logs no longer kept for ever": change(
        "aws_cloudwatch_log_group",
        { retention_in_days: 0 },
        { retention_in_days: 365 },
      ),
    },
    silent: {
      "calls are traced": change(
        "aws_lambda_function",
        { tracing_config: [{ mode: "PassThrough" }] },
        { tracing_config: [{ mode: "Active" }] },
      ),
      "a new alarm": {
        type: "aws_cloudwatch_metric_alarm",
        after: { alarm_name: "a", actions_enabled: true },
      },
      "logs kept for ever": change(
        "aws_cloudwatch_log_group",
        { retention_in_days: 7 },
        { retention_in_days: 0 },
      ),
    },
  },
  R13: {
    fires: {
      "a mount goes": { type: "vault_mount", before: { path: "kv" } },
      "version 1": change("vault_mount", { options: { version: "2" } }, { options: { version: "1" } }),
      "fewer versions": change("vault_kv_secret_backend_v2", { max_versions: 10 }, { max_versions: 2 }),
    },
    silent: {
      "a description": change("vault_mount", { description: "a" }, { description: "b" }),
      "more versions": change("vault_kv_secret_backend_v2", { max_versions: 10 }, { max_versions: 20 }),
    },
  },
  R14: {
    fires: {
      "an error": { plan: { errored: true } },
      "not complete": { plan: { complete: false } },
      "a check does not hold": {
        plan: { checks: [{ address: { to_display: "check.it" }, status: "fail", instances: [] }] },
      },
      "six go": {
        changes: Array.from({ length: 6 }, (_, index) => ({ address: `a.b${index}`, before: {} })),
        plan: {},
      },
    },
    silent: {
      "a check holds": { plan: { checks: [{ address: { to_display: "check.it" }, status: "pass" }] } },
      "five go": {
        changes: Array.from({ length: 5 }, (_, index) => ({ address: `a.b${index}`, before: {} })),
        plan: {},
      },
    },
  },
  R15: {
    fires: {
      "it moves": { actions: ["no-op"], before: {}, after: {}, more: { previous_address: "aws_thing.old" } },
      "it is forgotten": { actions: ["forget"], before: {} },
      "it is imported": { actions: ["no-op"], before: {}, after: {}, change: { importing: { id: "it" } } },
    },
    silent: { "it changes": change("aws_thing", { a: 1 }, { a: 2 }) },
  },
  R29: {
    fires: {
      "a server is terminated": change(
        "aws_cloudwatch_metric_alarm",
        { alarm_actions: [topic] },
        { alarm_actions: [topic, "arn:aws:automate:eu-west-1:ec2:terminate"] },
      ),
      "a function is called once all is well": {
        type: "aws_cloudwatch_metric_alarm",
        after: { ok_actions: ["arn:aws:lambda:eu-west-1:111122223333:function:a"] },
      },
      "what it does is not known yet": unknownOf(
        "aws_cloudwatch_metric_alarm",
        "alarm_actions",
        "terraform_data.it.output",
      ),
    },
    silent: {
      "another topic": change(
        "aws_cloudwatch_metric_alarm",
        { alarm_actions: [] },
        { alarm_actions: [topic] },
      ),
      "a new topic": unknownOf(
        "aws_cloudwatch_metric_alarm",
        "alarm_actions",
        "aws_sns_topic.it.arn",
        "aws_sns_topic.it",
      ),
    },
  },
};
