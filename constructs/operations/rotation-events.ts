import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Construct } from "constructs";
import { type RotatedSecrets, rotationEventPattern } from "./rotation-event-pattern";
import { runbookEntry } from "./runbook";

export interface RotationEventsProps extends RotatedSecrets {
  /** Where messages go. */
  readonly topicArn: string;
  /** Path or URL of the runbook, for example `docs/operations.md`. */
  readonly runbook: string;
}

/** Events of Secrets Manager by their names, and what they mean for whoever is woken by them. */
export const ROTATION_EVENTS = {
  RotationFailed:
    "The rotation stopped at one of its steps and Secrets Manager tries again; until then a password is in use that " +
    "is older than it should be, or none works.",
  RotationAbandoned:
    "Somebody wrote a new value while a rotation was under way, so Secrets Manager gave the rotation up. It is of no " +
    "harm if that was you, with npm run secret.",
  TestRotationFailed:
    "The rotation was tried without a change of the password, as RotateSecret with RotateImmediately=false does, and " +
    "failed: the next real one will, too.",
} as const;

/**
 * Sends a message that people understand for each failed rotation. EventBridge gets the events from CloudTrail, and
 * needs a trail for that (AWS Secrets Manager User Guide, "AWS CloudTrail entries for Secrets Manager" and "Match AWS
 * Secrets Manager events with Amazon EventBridge").
 */
export class RotationEvents extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: RotationEventsProps,
  ) {
    super(scope, id);
    for (const [eventName, meaning] of Object.entries(ROTATION_EVENTS)) this.addRule(eventName, meaning);
  }

  private addRule(eventName: string, meaning: string): void {
    const { namePrefix, topicArn, runbook } = this.props;
    const rule = new CloudwatchEventRule(this, eventName, {
      name: `${namePrefix}-${eventName}`,
      description: `${meaning} Runbook: ${runbookEntry(runbook, eventName)}`,
      eventPattern: JSON.stringify(rotationEventPattern(eventName, this.props)),
    });
    new CloudwatchEventTarget(this, `${eventName}-Topic`, {
      rule: rule.name,
      targetId: "notifications",
      arn: topicArn,
      inputTransformer: {
        inputPaths: { secret: "$.detail.additionalEventData.SecretId", time: "$.time" },
        inputTemplate: [
          `${eventName}: the secret <secret>, at <time>.`,
          meaning,
          `What went wrong and how to mend it: the newest record of the Logs Insights query ${namePrefix}/failures.`,
          `Runbook: ${runbookEntry(runbook, eventName)}`,
        ]
          .map((line) => `"${line}"`)
          .join("\n"),
      },
    });
  }
}
