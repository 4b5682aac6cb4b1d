import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { runbookEntry } from "../runbook";

/** From which value on each alarm goes off; false: there is no such alarm. */
export interface AlarmSettings {
  readonly rotationErrors: number | false;
  readonly rotationThrottles: number | false;
  /** Percent of the function's time limit. */
  readonly rotationDuration: number | false;
  readonly endpointPacketsDropped: number | false;
  readonly endpointResets: number | false;
  /** Percent. */
  readonly databaseCpu: number | false;
  /** Percent of what an instance takes. */
  readonly databaseConnections: number | false;
  readonly rejectedFlows: number | false;
  readonly blockedNames: number | false;
  readonly vaultFailures: number | false;
  readonly credentialsFailing: number | false;
  readonly rotationPending: number | false;
  readonly rotationOverdue: number | false;
  readonly certificateDays: number | false;
  readonly authorityDays: number | false;
  readonly credentialHealthErrors: number | false;
  /** Days. */
  readonly credentialHealthSilent: number | false;
  /** Percent. */
  readonly quotaUsage: number | false;
  readonly quotaMonitorErrors: number | false;
  /** Days. */
  readonly quotaMonitorSilent: number | false;
}

export type AlarmName = keyof AlarmSettings;

export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic: "Sum" | "Maximum" | "Minimum" | "SampleCount";
}

export interface Alarm {
  /** Of what there may be several of: part of the alarm's name. @default - there is one only */
  readonly of?: string;
  /** What it means that the alarm goes off: one sentence. */
  readonly means: string;
  readonly metric: Metric;
  /** What the setting stands for in the metric's unit. @default - the same */
  readonly threshold?: (setting: number) => number;
  /** @default 300 */
  readonly periodSeconds?: number;
  /** How many periods in a row; on silence the setting says it. @default 1 */
  readonly periods?: number;
  /** @default "above" */
  readonly goesOff?: keyof typeof GOES_OFF;
}

/** From a value on, down to a value, or where there is none. */
const GOES_OFF = {
  above: { comparisonOperator: "GreaterThanOrEqualToThreshold", treatMissingData: "notBreaching" },
  below: { comparisonOperator: "LessThanOrEqualToThreshold", treatMissingData: "notBreaching" },
  "on silence": { comparisonOperator: "LessThanThreshold", treatMissingData: "breaching" },
} as const;

export interface AlarmsProps {
  readonly namePrefix: string;
  /** Where messages go. */
  readonly topicArn: string;
  /** Path or URL of the runbook, which has an entry for each alarm. */
  readonly runbook: string;
  readonly settings: AlarmSettings;
}

/** The alarms of an environment; each has its setting's name, as has its entry in the runbook. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
  }

  /** Makes an alarm, unless it is switched off. */
  add(
    name: AlarmName,
    { of, means, metric, threshold, periodSeconds, periods, goesOff = "above" }: Alarm,
  ): void {
    const { namePrefix, topicArn, runbook, settings } = this.props;
    const setting = settings[name];
    if (setting === false) return;
    const isSilence = goesOff === "on silence";
    const fullName = [name, of].filter(Boolean).join("-");
    new CloudwatchMetricAlarm(this, fullName, {
      alarmName: `${namePrefix}-${fullName}`,
      alarmDescription: `${means} Runbook: ${runbookEntry(runbook, name)}`,
      ...metric,
      threshold: isSilence ? 1 : (threshold?.(setting) ?? setting),
      period: periodSeconds ?? 300,
      evaluationPeriods: isSilence ? setting : (periods ?? 1),
      ...GOES_OFF[goesOff],
      alarmActions: [topicArn],
    });
  }
}
