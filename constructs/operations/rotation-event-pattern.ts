import type { Account } from "../contracts/account";

export interface RotatedSecrets {
  readonly account: Account;
  readonly namePrefix: string;
  /** ARNs of the superusers' secrets, which RDS rotates. */
  readonly superuserSecretArns: readonly string[];
}

/** The events of one name, of an environment's secrets and of its superusers'. */
export function rotationEventPattern(
  eventName: string,
  { account, namePrefix, superuserSecretArns }: RotatedSecrets,
): object {
  const own = { prefix: account.arn("secretsmanager", `secret:${namePrefix}/`) };
  return {
    source: ["aws.secretsmanager"],
    "detail-type": ["AWS Service Event via CloudTrail"],
    detail: {
      eventSource: ["secretsmanager.amazonaws.com"],
      eventName: [eventName],
      additionalEventData: { SecretId: [own, ...superuserSecretArns] },
    },
  };
}
