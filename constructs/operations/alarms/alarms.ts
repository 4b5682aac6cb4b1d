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
  /** Periods of five minutes in a row. */
  readonly vaultSealed: number | false;
  /** Periods of five minutes in a row. */
  readonly vaultNoLeader: number | false;
  readonly vaultNodesUnhealthy: number | false;
  /** Hours. */
  readonly vaultSnapshotAge: number | false;
  readonly vaultCertificateDays: number | false;
  /** Percent. */
  readonly vaultDataUsed: number | false;
  /** Periods of five minutes in a row. */
  readonly vaultSilent: number | false;
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
  /** How many periods in a row, where the setting does not say it. @default 1 */
  readonly periods?: number;
  /** @default "above" */
  readonly goesOff?: keyof typeof GOES_OFF;
}

/** From a value on, or down to one. */
const AT_A_VALUE = {
  above: { comparisonOperator: "GreaterThanOrEqualToThreshold", treatMissingData: "notBreaching" },
  below: { comparisonOperator: "LessThanOrEqualToThreshold", treatMissingData: "notBreaching" },
} as const;

/** While a metric of 0 or 1 is 1, or while there is none: the setting says for how many periods in a row. */
const FOR_A_TIME = {
  "while 1": AT_A_VALUE.above,
  "on silence": { comparisonOperator: "LessThanThreshold", treatMissingData: "breaching" },
} as const;

const GOES_OFF = { ...AT_A_VALUE, ...FOR_A_TIME };

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
    const isForATime = goesOff in FOR_A_TIME;
    const fullName = [name, of].filter(Boolean).join("-");
    new CloudwatchMetricAlarm(this, fullName, {
      alarmName: `${namePrefix}-${fullName}`,
      alarmDescription: `${means} Runbook: ${runbookEntry(runbook, name)}`,
      ...metric,
      threshold: isForATime ? 1 : (threshold?.(setting) ?? setting),
      period: periodSeconds ?? 300,
      evaluationPeriods: isForATime ? setting : (periods ?? 1),
      ...GOES_OFF[goesOff],
      alarmActions: [topicArn],
    });
  }
}
