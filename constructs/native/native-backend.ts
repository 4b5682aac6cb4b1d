import { Construct } from "constructs";
import type { Account } from "../account";
import type { Database } from "../database/database";
import { EncryptionKey, throughService } from "../encryption/encryption-key";
import { type LayerArns, layerFor } from "../functions/layers";
import type { PrivateFunctionProps } from "../functions/private-function";
import type { Network } from "../network/network";
import type { SecretBackend, SecretConsumer } from "../secret-backend";
import { databaseUsers } from "./database-users";
import { type ReadableSecret, ReadGrant } from "./read-grant";
import { RotatedSecret } from "./rotated-secret";
import { RotationFunction, type RotationFunctionProps } from "./rotation-function";
import type { RotatedUser } from "./rotation-tags";
import { SecretsEndpoint } from "./secrets-endpoint";

export interface NativeSecret extends RotatedUser {
  /** Name of the secret behind the prefix. */
  readonly name: string;
  /** `rate()` or `cron()` in UTC. */
  readonly schedule: string;
  /**
   * Length of the rotation window, for example `3h`.
   *
   * @default - see {@link RotatedSecret}
   */
  readonly window?: string;
}

export interface NativeBackendProps {
  readonly account: Account;
  /** Start of every name; secrets are named `<prefix>/<name>`. */
  readonly prefix: string;
  readonly network: Network;
  readonly database: Database;
  /** Security group of the functions, which reaches the database already. */
  readonly lambdaSecurityGroupId: string;
  readonly secrets: readonly NativeSecret[];
  /** Settings of the rotation function. */
  readonly rotation: Pick<
    PrivateFunctionProps,
    "zipFile" | "runtime" | "timeoutSeconds" | "memoryMegabytes" | "logsKeyArn" | "logRetentionDays"
  > &
    Pick<RotationFunctionProps, "passwords">;
  /** Rotate when a rotation is created or changed. */
  readonly rotateImmediately: boolean;
  /** Days in which a deleted secret can be restored: 0 or 7 to 30. */
  readonly recoveryDays: number;
  /**
   * Who may delete secrets or change their tags.
   *
   * @default - whoever IAM allows
   */
  readonly deployers?: readonly string[];
  /**
   * See {@link SecretsEndpoint}.
   *
   * @default - an endpoint is created
   */
  readonly existingEndpointSecurityGroupId?: string;
  /** Whether the VPC is this environment's alone; see {@link SecretsEndpointProps.privateDns}. */
  readonly ownVpc: boolean;
  /**
   * The layer with the AWS Parameters and Secrets Lambda Extension, through which functions read.
   *
   * @default - functions call Secrets Manager themselves
   */
  readonly extensionLayers?: LayerArns;
}

/** Secrets in AWS Secrets Manager, rotated by a function in the VPC and read through an interface endpoint. */
export class NativeBackend extends Construct implements SecretBackend {
  readonly source: string;
  readonly rotationFunctionName: string;
  private readonly secrets = new Map<string, ReadableSecret>();
  private readonly grants = new Map<SecretConsumer, ReadGrant>();
  private readonly key: EncryptionKey;
  private readonly endpoint: SecretsEndpoint;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NativeBackendProps,
  ) {
    super(scope, id);
    this.source = props.extensionLayers ? "secrets-manager-extension" : "secrets-manager";
    this.rotationFunctionName = `${props.prefix}-rotation`;
    const secretArnPattern = props.account.arn("secretsmanager", `secret:${props.prefix}/*`);

    this.key = this.addKey();
    this.endpoint = this.addEndpoint(secretArnPattern);
    const rotation = this.addRotationFunction(secretArnPattern);
    for (const secret of props.secrets) this.addSecret(secret, rotation);
  }

  /** ARN of each secret by name. */
  get secretArns(): Record<string, string> {
    return Object.fromEntries([...this.secrets].map(([name, { arn }]) => [name, arn]));
  }

  grantRead(consumer: SecretConsumer, secretName: string): void {
    this.permitRead(consumer, secretName);
    const { prefix, extensionLayers } = this.props;
    consumer.addEnvironment({
      SECRET_SOURCES: this.source,
      SECRET_PREFIX: `${prefix}/`,
      ...this.endpoint.environment,
    });
    if (!extensionLayers) return;
    consumer.addLayer(
      layerFor(consumer.architecture, extensionLayers, "the AWS Parameters and Secrets Lambda Extension"),
    );
    // The reader keeps what it read, and has to get another value when it asks again.
    consumer.addEnvironment({ SECRETS_MANAGER_TTL: "0" });
  }

  permitRead(consumer: SecretConsumer, secretName: string): void {
    const secret = this.secrets.get(secretName);
    if (!secret) {
      const known = [...this.secrets.keys()].join(", ");
      throw new Error(`${this.node.path}: \`secretName\` must be one of ${known}, got "${secretName}"`);
    }
    this.grantOf(consumer).add(secret);
  }

  private grantOf(consumer: SecretConsumer): ReadGrant {
    const known = this.grants.get(consumer);
    if (known) return known;
    const grant = new ReadGrant(this.props.account, this.key.arn);
    consumer.allow("ReadSecrets", grant.statements);
    this.grants.set(consumer, grant);
    return grant;
  }

  private addKey(): EncryptionKey {
    const { account, prefix } = this.props;
    return new EncryptionKey(this, "Key", {
      account,
      name: `${prefix}-secrets`,
      description: "Secrets of database users",
      use: [throughService(account, "secretsmanager")],
    });
  }

  private addEndpoint(secretArnPattern: string): SecretsEndpoint {
    const {
      account,
      prefix,
      network,
      database,
      lambdaSecurityGroupId,
      existingEndpointSecurityGroupId,
      ownVpc,
    } = this.props;
    return new SecretsEndpoint(this, "Endpoint", {
      account,
      name: prefix,
      network,
      lambdaSecurityGroupId,
      secretArns: [secretArnPattern, database.superuserSecretArn],
      existingSecurityGroupId: existingEndpointSecurityGroupId,
      privateDns: ownVpc,
    });
  }

  private addRotationFunction(secretArnPattern: string): RotationFunction {
    const { account, network, database, lambdaSecurityGroupId, rotation } = this.props;
    return new RotationFunction(this, "RotationFunction", {
      ...rotation,
      account,
      name: this.rotationFunctionName,
      network,
      securityGroupId: lambdaSecurityGroupId,
      database,
      secretArnPattern,
      secretsKeyArn: this.key.arn,
      endpointEnvironment: this.endpoint.environment,
    });
  }

  private addSecret(secret: NativeSecret, rotationFunction: RotationFunction): void {
    const { account, prefix, database, rotateImmediately, recoveryDays, deployers } = this.props;
    const name = `${prefix}/${secret.name}`;
    const { arn } = new RotatedSecret(this, `Secret-${secret.name}`, {
      ...secret,
      account,
      name,
      database,
      encryptionKeyArn: this.key.arn,
      rotationFunction,
      rotateImmediately,
      recoveryDays,
      deployers,
      reachability: this.endpoint.reachability,
    });
    const userArns = databaseUsers(secret).map((user) =>
      account.arn("rds-db", `dbuser:${database.clusterResourceId}/${user}`),
    );
    this.secrets.set(secret.name, { name, arn, userArns });
  }
}
