import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { Lazy } from "cdktf";
import type { FunctionHost } from "../contracts/function-host";
import { fromNetwork } from "../contracts/network";
import { viaService } from "../encryption/encryption-key";

export interface ReadableSecret {
  /** Full name of the secret. */
  readonly name: string;
  readonly arn: string;
  /** Every database user that a reader of the secret may connect as. */
  readonly userArns: readonly string[];
}

/**
 * What one function may read. A further secret adds to the lists of the same three statements, because IAM allows
 * 10,240 characters for all inline policies of a role (AWS Identity and Access Management User Guide, "IAM and AWS STS
 * quotas").
 */
export class ReadGrant {
  /** Complete once the stack is synthesized. */
  readonly statements: DataAwsIamPolicyDocumentStatement[];
  private readonly secrets = new Map<string, ReadableSecret>();

  constructor({ account, network }: Pick<FunctionHost, "account" | "network">, keyArn: string) {
    this.statements = [
      { actions: ["rds-db:connect"], resources: this.ofEach(({ userArns }) => userArns) },
      {
        actions: ["secretsmanager:GetSecretValue"],
        resources: this.ofEach(({ arn }) => [arn]),
        condition: [fromNetwork(network)],
      },
      {
        actions: ["kms:Decrypt"],
        resources: [keyArn],
        condition: [
          viaService(account, "secretsmanager"),
          {
            test: "StringLike",
            variable: "kms:EncryptionContext:SecretARN",
            // The end of the ARN, with its random suffix, says as much as all of it: the key is this account's alone.
            values: this.ofEach(({ name }) => [`*:${name}-??????`]),
          },
        ],
      },
    ];
  }

  add(secret: ReadableSecret): void {
    this.secrets.set(secret.name, secret);
  }

  private ofEach(part: (secret: ReadableSecret) => readonly string[]): string[] {
    return Lazy.listValue({ produce: () => [...this.secrets.values()].flatMap(part) });
  }
}
