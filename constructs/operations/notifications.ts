import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { onBehalfOf } from "../access/service-role";
import type { Account } from "../contracts/account";
import { EncryptionKey } from "../encryption/encryption-key";

/** Who gets the messages of a topic. */
export interface Subscription {
  readonly protocol: "email" | "https" | "lambda" | "sqs";
  /** Address, URL or ARN. */
  readonly endpoint: string;
}

export interface NotificationTopicProps {
  readonly account: Account;
  readonly namePrefix: string;
  readonly subscriptions: readonly Subscription[];
}

/** An encrypted topic to which EventBridge and the account's alarms publish. */
export class NotificationTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { account, namePrefix, subscriptions }: NotificationTopicProps) {
    super(scope, id);
    const key = new EncryptionKey(this, "Key", {
      account,
      name: `${namePrefix}-notifications`,
      description: "Messages to whoever is on call",
      use: publishers(account, namePrefix, ["kms:Decrypt", "kms:GenerateDataKey*"], "*"),
    });
    const topic = new SnsTopic(this, "Resource", {
      name: `${namePrefix}-notifications`,
      displayName: namePrefix,
      kmsMasterKeyId: key.arn,
    });
    const policy = new DataAwsIamPolicyDocument(this, "PolicyDocument", {
      statement: publishers(account, namePrefix, ["sns:Publish"], topic.arn),
    });
    // By way of its policy: what publishes waits until it may.
    this.arn = new SnsTopicPolicy(this, "Policy", { arn: topic.arn, policy: policy.json }).arn;
    for (const { protocol, endpoint } of subscriptions)
      new SnsTopicSubscription(this, `Subscription-${protocol}-${endpoint.replaceAll(/[^\w.@-]/g, "-")}`, {
        topicArn: topic.arn,
        protocol,
        endpoint,
      });
    if (subscriptions.length === 0)
      Annotations.of(this).addWarning(
        "operations.notifications has no subscriptions: alarms and failed rotations are told to nobody.",
      );
  }
}

/**
 * EventBridge comes without conditions: its requests carry none of the keys that would name the account or the rule
 * (Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics").
 */
function publishers(account: Account, namePrefix: string, actions: string[], resource: string) {
  const service = (sid: string, host: string) => ({
    sid,
    actions,
    resources: [resource],
    principals: [{ type: "Service", identifiers: [host] }],
  });
  return [
    service("EventBridge", "events.amazonaws.com"),
    {
      ...service("Alarms", "cloudwatch.amazonaws.com"),
      condition: onBehalfOf(account, [account.arn("cloudwatch", `alarm:${namePrefix}-*`)]),
    },
  ];
}
