import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Construct } from "constructs";
import { type CredentialChecks, credentialFindingsPattern } from "./credential-findings-pattern";
import { runbookEntry } from "./runbook";

export interface CredentialFindingsProps extends CredentialChecks {
  readonly namePrefix: string;
  /** Where messages go. */
  readonly topicArn: string;
  /** Path or URL of the runbook. */
  readonly runbook: string;
}

/** Their name, which is the runbook's heading, too. */
const NAME = "CredentialFindings";

/**
 * Sends what the checks of credentials find: which secret, why, and what to do. Lambda puts the answer of such a
 * function on the default event bus (AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous
 * invocations").
 */
export class CredentialFindings extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { namePrefix, topicArn, runbook, ...checks }: CredentialFindingsProps,
  ) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, "Rule", {
      name: `${namePrefix}-${NAME}`,
      description: `Credentials that do not work, or soon will not. Runbook: ${runbookEntry(runbook, NAME)}`,
      eventPattern: JSON.stringify(credentialFindingsPattern(checks)),
    });
    new CloudwatchEventTarget(this, "Topic", {
      rule: rule.name,
      targetId: "notifications",
      arn: topicArn,
      inputTransformer: {
        inputPaths: {
          database: "$.detail.responsePayload.database",
          unhealthy: "$.detail.responsePayload.unhealthy",
          message: "$.detail.responsePayload.message",
          time: "$.time",
        },
        inputTemplate: [
          `${namePrefix}: findings in the database <database>: <unhealthy>, at <time>.`,
          "<message>",
          `Runbook: ${runbookEntry(runbook, NAME)}`,
        ]
          .map((line) => `"${line}"`)
          .join("\n"),
      },
    });
  }
}
