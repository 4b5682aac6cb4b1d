import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Architecture } from "./functions/architecture";

/** A function that reads secrets. {@link PrivateFunction} is one. */
export interface SecretConsumer {
  readonly architecture: Architecture;
  /** The function's own IAM role. */
  readonly role: ConsumerRole;
  /** Adds statements to the function's role. */
  allow(id: string, statements: DataAwsIamPolicyDocumentStatement[]): unknown;
  /** Adds variables to the function's environment. */
  addEnvironment(variables: Readonly<Record<string, string>>): void;
  /** Adds a layer by the ARN of its version; one that the function has already is not added again. */
  addLayer(arn: string): void;
}

export interface ConsumerRole {
  /** Known without a deployment, as is the ARN. */
  readonly name: string;
  readonly arn: string;
  /** Another one when a role is deleted and made again under the same name; known once it is deployed. */
  readonly uniqueId: string;
}

/** A store of secrets. */
export interface SecretBackend {
  /** What SECRET_SOURCES calls it; `lambda/secret-reader` has a source of that name. */
  readonly source: string;
  /**
   * Lets a function read one secret by its name: permissions, network, layers and the environment variables from which
   * `lambda/secret-reader` knows where secrets are.
   *
   * @throws Error if the backend has no secret of that name.
   */
  grantRead(consumer: SecretConsumer, secretName: string): void;
  /** The permissions of {@link grantRead} alone: the function could read the secret, and does not yet. */
  permitRead(consumer: SecretConsumer, secretName: string): void;
}
