import { randomUUID } from "node:crypto";
import type { Json } from "../aws/aws-protocol";

export interface RotationEventOptions {
  readonly eventName: string;
  readonly secretArn: string;
  readonly time?: Date;
}

/**
 * What EventBridge gets from CloudTrail for an event of Secrets Manager itself (AWS Secrets Manager User Guide, "AWS
 * CloudTrail entries for Secrets Manager"; AWS CloudTrail User Guide, "AWS service events"). That the secret is in
 * `additionalEventData` and nowhere else is from records that users have published.
 */
export function rotationEvent({ eventName, secretArn, time = new Date() }: RotationEventOptions): Json {
  const [, , , region, account] = secretArn.split(":");
  const at = time.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "AWS Service Event via CloudTrail",
    source: "aws.secretsmanager",
    account,
    time: at,
    region,
    resources: [],
    detail: {
      eventVersion: "1.08",
      userIdentity: { accountId: account, invokedBy: "secretsmanager.amazonaws.com" },
      eventTime: at,
      eventSource: "secretsmanager.amazonaws.com",
      eventName,
      awsRegion: region,
      sourceIPAddress: "secretsmanager.amazonaws.com",
      userAgent: "secretsmanager.amazonaws.com",
      requestParameters: null,
      responseElements: null,
      additionalEventData: { SecretId: secretArn },
      eventID: randomUUID(),
      readOnly: false,
      eventType: "AwsServiceEvent",
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: "Management",
    },
  };
}
