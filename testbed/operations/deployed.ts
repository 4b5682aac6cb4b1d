import type { Json } from "../aws/aws-protocol";
import { readState } from "../deployed/states";
import type { DeployedAlarm } from "./alarms";
import type { EventRule } from "./event-rules";
import type { LogFilter } from "./log-filters";

/** What a stack has deployed that would tell people something. */
export interface DeployedOperations {
  readonly alarms: readonly DeployedAlarm[];
  readonly rules: readonly EventRule[];
  readonly filters: readonly LogFilter[];
}

/** A call that EventBridge Scheduler makes. */
export interface ScheduledCall {
  readonly functionArn: string;
  readonly event: unknown;
}

/** Reads the state file of the stack `<environment>-functions`. */
export async function readSchedules(stateFile: string): Promise<readonly ScheduledCall[]> {
  const attributes = attributesIn(stateFile);
  return attributes("aws_scheduler_schedule").flatMap(({ target }) =>
    (target as Json[]).map(({ arn, input }) => ({
      functionArn: String(arn),
      event: JSON.parse(String(input)),
    })),
  );
}

/** Reads the state file of the stack `<environment>-operations`. */
export async function readDeployed(stateFile: string): Promise<DeployedOperations> {
  const attributes = attributesIn(stateFile);
  const targets = new Map(
    attributes("aws_cloudwatch_event_target").map((target) => [target.rule as string, target]),
  );
  return {
    alarms: attributes("aws_cloudwatch_metric_alarm") as unknown as DeployedAlarm[],
    rules: attributes("aws_cloudwatch_event_rule").flatMap(({ name, event_pattern: eventPattern }) => {
      const target = targets.get(String(name));
      const [transformer] = (target?.input_transformer ?? []) as Json[];
      // One on a schedule has no pattern, and calls a function.
      if (!eventPattern || !target || !transformer) return [];
      return [
        {
          eventPattern: String(eventPattern),
          inputPaths: transformer.input_paths as Record<string, string>,
          inputTemplate: String(transformer.input_template),
        },
      ];
    }),
    filters: attributes("aws_cloudwatch_log_metric_filter").flatMap((filter) =>
      (filter.metric_transformation as Json[]).map(({ name, namespace }) => ({
        logGroupName: String(filter.log_group_name),
        pattern: String(filter.pattern),
        namespace: String(namespace),
        metricName: String(name),
      })),
    ),
  };
}

/** Gives the attributes of every resource of a type. */
function attributesIn(stateFile: string): (type: string) => readonly Json[] {
  const { resources } = readState(stateFile);
  return (type) => resources.filter((one) => one.type === type).map(({ values }) => values);
}
