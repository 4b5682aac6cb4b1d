import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { databaseUsers, type RotatedUser } from "../../lambda/rotation/contract/rotated-user";
import type { Account } from "../contracts/account";
import { fromNetwork, type Network } from "../contracts/network";
import { ofSecrets } from "../encryption/via-service";

export interface ReadableSecret {
  /** Full name of the secret. */
  readonly name: string;
  readonly arn: string;
  /** Every database user that a reader of the secret may connect as. */
  readonly userArns: readonly string[];
}

export interface ReadStatementsProps {
  readonly account: Account;
  readonly network: Pick<Network, "vpcId">;
  /** Key of the secrets. */
  readonly keyArn: string;
  /** Gives a part of each secret, one after the other. */
  readonly ofEach: (part: (secret: ReadableSecret) => readonly string[]) => string[];
}

/** What a function needs that reads secrets: three statements, however many there are. */
export function readStatements(props: ReadStatementsProps): DataAwsIamPolicyDocumentStatement[] {
  const { account, network, keyArn, ofEach } = props;
  return [
    { actions: ["rds-db:connect"], resources: ofEach(({ userArns }) => userArns) },
    {
      actions: ["secretsmanager:GetSecretValue"],
      resources: ofEach(({ arn }) => [arn]),
      condition: [fromNetwork(network)],
    },
    {
      actions: ["kms:Decrypt"],
      resources: [keyArn],
      // The end of the ARN, with its random suffix, says as much as all of it: the key is this account's alone.
      condition: ofSecrets(
        account,
        ofEach(({ name }) => [`*:${name}-??????`]),
        "StringLike",
      ),
    },
  ];
}

/** ARN of each database user that a reader of a secret may connect as. */
export function userArns(account: Account, clusterResourceId: string, secret: RotatedUser): string[] {
  return databaseUsers(secret).map((user) => account.arn("rds-db", `dbuser:${clusterResourceId}/${user}`));
}
