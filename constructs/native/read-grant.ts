import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { Lazy } from "cdktf";
import type { FunctionHost } from "../contracts/function-host";
import { type ReadableSecret, readStatements } from "./read-statements";

/**
 * What one function may read. A further secret adds to the lists of the same three statements, because IAM allows
 * 10,240 characters for all inline policies of a role (AWS Identity and Access Management User Guide, "IAM and AWS STS
 * quotas").
 */
export class ReadGrant {
  /** Complete once the stack is synthesized. */
  readonly statements: DataAwsIamPolicyDocumentStatement[];
  private readonly secrets = new Map<string, ReadableSecret>();

  constructor(host: Pick<FunctionHost, "account" | "network">, keyArn: string) {
    this.statements = readStatements({
      ...host,
      keyArn,
      ofEach: (part) => Lazy.listValue({ produce: () => [...this.secrets.values()].flatMap(part) }),
    });
  }

  add(secret: ReadableSecret): void {
    this.secrets.set(secret.name, secret);
  }
}
