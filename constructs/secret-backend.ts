import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

/** A function that reads secrets. {@link PrivateFunction} is one. */
export interface SecretConsumer {
  /** Adds statements to the function's role. */
  allow(id: string, statements: DataAwsIamPolicyDocumentStatement[]): unknown;
  /** Adds variables to the function's environment. */
  addEnvironment(variables: Readonly<Record<string, string>>): void;
}

/** A store of secrets. */
export interface SecretBackend {
  /**
   * Lets a function read one secret by its name: permissions, network and the environment variables from which
   * `lambda/secret-reader` knows where secrets are.
   *
   * @throws Error if the backend has no secret of that name.
   */
  grantRead(consumer: SecretConsumer, secretName: string): void;
}
