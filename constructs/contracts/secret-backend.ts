import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { SourceName } from "../../lambda/secret-reader/contract/source-names";
import type { Architecture } from "./architecture";

/** A function that reads secrets: `PrivateFunction`, or `AdoptedFunction` for one that exists already. */
export interface SecretConsumer {
  readonly architecture: Architecture;
  /** Start of the names of the environment that the function is in. */
  readonly namePrefix: string;
  readonly securityGroupId: string;
  /** IPv4 CIDR blocks that the function's addresses are in. */
  readonly cidrs: readonly string[];
  /** The function's own IAM role. */
  readonly role: ConsumerRole;
  /** Adds statements to the function's role. */
  allow(id: string, statements: DataAwsIamPolicyDocumentStatement[]): unknown;
  /** Adds environment variables of the function. */
  addVariables(variables: Readonly<Record<string, string>>): void;
  /** Adds a layer by the ARN of its version; one that the function has already is not added again. */
  addLayer(arn: string): void;
}

/** A server in the network of an environment, or one that the network leads to. */
export type NetworkServer = {
  /** Names the rules to it, for example `Database-main`. */
  readonly id: string;
  readonly port: number;
} & ({ readonly securityGroupId: string } | { readonly cidr: string });

export interface ConsumerRole {
  /** Known without a deployment, as is the ARN. */
  readonly name: string;
  readonly arn: string;
  /** Another one when a role is deleted and made again under the same name; known once it is deployed. */
  readonly uniqueId: string;
}

/** A store of secrets. */
export interface SecretBackend {
  /** The sources that SECRET_SOURCES lists for a function, the one that it reads from first. */
  readonly sources: readonly SourceName[];
  /** Where a function connects to that reads secrets. */
  readonly servers: readonly NetworkServer[];
  /**
   * Lets a function read one secret by its name: permissions, layers and the environment variables from which
   * `lambda/secret-reader` knows where secrets are. That it reaches {@link servers} is the caller's part.
   *
   * @throws Error if the backend has no secret of that name.
   */
  grantRead(consumer: SecretConsumer, secretName: string): void;
  /** The permissions of {@link grantRead} alone: the function could read the secret, and does not yet. */
  permitRead(consumer: SecretConsumer, secretName: string): void;
}
