import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import type { RotatedUser } from "../../lambda/rotation/contract/rotated-user";
import type { SourceName } from "../../lambda/secret-reader/contract/source-names";
import { VARIABLE } from "../../lambda/secret-reader/contract/variables";
import { ConstructError } from "../contracts/construct-error";
import type { Database } from "../contracts/database";
import type { FunctionHost } from "../contracts/function-host";
import type { LayerArns } from "../contracts/layers";
import type { NetworkServer, SecretBackend, SecretConsumer } from "../contracts/secret-backend";
import { EncryptionKey, throughService } from "../encryption/encryption-key";
import { layerFor } from "../functions/layers";
import type { PrivateFunction } from "../functions/private-function";
import type { HealthOfNative } from "../operations/credential-health";
import { type ReadableSecret, readStatements, userArns } from "./read-statements";
import { RotatedSecret, type RotatedSecretProps } from "./rotated-secret";
import { RotationFunction, type RotationFunctionProps } from "./rotation-function";
import { SecretsEndpoint } from "./secrets-endpoint";

export interface NativeSecret extends RotatedUser, Pick<RotatedSecretProps, "schedule" | "window"> {
  /** Name of the secret behind the prefix. */
  readonly name: string;
  /** Name of the database that has the user. */
  readonly database: string;
}

export interface NativeBackendProps {
  /** Secrets are named `<prefix>/<name>`, with the prefix of the functions. */
  readonly host: FunctionHost;
  /** The databases whose users have secrets, by name. */
  readonly databases: Readonly<Record<string, Database>>;
  readonly secrets: readonly NativeSecret[];
  readonly rotation: Omit<
    RotationFunctionProps,
    "host" | "name" | "database" | "secretArnPattern" | "secretsKeyArn" | "endpointVariables"
  > &
    Pick<RotatedSecretProps, "immediately" | "keptFromIdle">;
  /** Days in which a deleted secret can be restored: 0 or 7 to 30. */
  readonly secretRecoveryDays: number;
  /** See {@link RotatedSecretProps}. */
  readonly deployers?: readonly string[];
  /** See {@link RotatedSecretProps}. */
  readonly planners?: readonly string[];
  /**
   * The VPC's own interface endpoint; only a rule is added to its security group.
   *
   * @default - an endpoint is created
   */
  readonly secretsManagerEndpoint?: { readonly securityGroupId: string };
  /**
   * The layer with the AWS Parameters and Secrets Lambda Extension, through which functions read.
   *
   * @default - functions call Secrets Manager themselves
   */
  readonly extensionLayers?: LayerArns;
}

interface RotatedDatabase {
  readonly database: Database;
  readonly rotationFunction: RotationFunction;
}

interface KnownSecret extends ReadableSecret {
  readonly value: string;
}

/** Secrets in AWS Secrets Manager, rotated by a function in the VPC and read through an interface endpoint. */
export class NativeBackend extends Construct implements SecretBackend {
  readonly sources: readonly SourceName[];
  readonly servers: readonly NetworkServer[];
  private readonly secrets = new Map<string, KnownSecret>();
  private readonly rotated = new Map<string, RotatedDatabase>();
  private readonly grants = new Map<SecretConsumer, Set<ReadableSecret>>();
  private readonly key: EncryptionKey;
  private readonly endpoint: SecretsEndpoint;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NativeBackendProps,
  ) {
    super(scope, id);
    this.sources = [props.extensionLayers ? "secrets-manager-extension" : "secrets-manager"];
    this.key = this.addKey();
    this.endpoint = this.addEndpoint();
    this.servers = [this.endpoint.server];
    for (const name of new Set(props.secrets.map(({ database }) => database))) this.addRotationFunction(name);
    for (const secret of props.secrets) this.addSecret(secret);
  }

  /** ARN of each secret by name. */
  get secretArns(): Record<string, string> {
    return Object.fromEntries([...this.secrets].map(([name, { arn }]) => [name, arn]));
  }

  /** What the value of each secret, by name, should be but for the password: JSON. */
  get secretValues(): Record<string, string> {
    return Object.fromEntries([...this.secrets].map(([name, { value }]) => [name, value]));
  }

  /** The rotation function of each database that has secrets. */
  get rotationFunctions(): Record<string, PrivateFunction> {
    return Object.fromEntries(
      [...this.rotated].map(([database, { rotationFunction }]) => [database, rotationFunction.function]),
    );
  }

  /** The interface endpoint that was made. @default - the VPC has one of its own */
  get createdEndpoint(): VpcEndpoint | undefined {
    return this.endpoint.created;
  }

  /** Environment variables of a function that asks Secrets Manager for secrets. */
  get readerVariables(): Record<string, string> {
    return { [VARIABLE.prefix]: `${this.props.host.namePrefix}/`, ...this.endpoint.variables };
  }

  /** What a function needs that checks the secrets of a database; undefined if there are none. */
  healthOf(database: string): HealthOfNative | undefined {
    const rotationFunction = this.rotated.get(database)?.rotationFunction.function;
    return (
      rotationFunction && {
        secretArnPattern: this.secretArnPattern,
        secretsKeyArn: this.key.arn,
        rotationFunctionArn: rotationFunction.functionArn,
      }
    );
  }

  grantRead(consumer: SecretConsumer, secretName: string): void {
    this.permitRead(consumer, secretName);
    const { extensionLayers } = this.props;
    consumer.addVariables({ [VARIABLE.sources]: this.sources.join(), ...this.readerVariables });
    if (!extensionLayers) return;
    consumer.addLayer(layerFor(consumer, extensionLayers, "the AWS Parameters and Secrets Lambda Extension"));
    // The reader keeps what it read, and has to get another value when it asks again.
    consumer.addVariables({ SECRETS_MANAGER_TTL: "0" });
  }

  permitRead(consumer: SecretConsumer, secretName: string): void {
    const secret = this.secrets.get(secretName);
    if (!secret) {
      const known = [...this.secrets.keys()].join(", ");
      throw new ConstructError(this, `\`secretName\` must be one of ${known}, got "${secretName}"`);
    }
    this.grantOf(consumer).add(secret);
  }

  /**
   * What one function may read. A further secret adds to the lists of the same three statements, because IAM allows
   * 10,240 characters for all inline policies of a role (AWS Identity and Access Management User Guide, "IAM and AWS
   * STS quotas").
   */
  private grantOf(consumer: SecretConsumer): Set<ReadableSecret> {
    const known = this.grants.get(consumer);
    if (known) return known;
    const secrets = new Set<ReadableSecret>();
    const statements = readStatements({
      ...this.props.host,
      keyArn: this.key.arn,
      ofEach: (part) => Lazy.listValue({ produce: () => [...secrets].flatMap(part) }),
    });
    consumer.allow("ReadSecrets", statements);
    this.grants.set(consumer, secrets);
    return secrets;
  }

  private get secretArnPattern(): string {
    const { account, namePrefix } = this.props.host;
    return account.arn("secretsmanager", `secret:${namePrefix}/*`);
  }

  private addKey(): EncryptionKey {
    const { account, namePrefix } = this.props.host;
    return new EncryptionKey(this, "Key", {
      account,
      name: `${namePrefix}-secrets`,
      description: "Secrets of database users",
      use: [throughService(account, "secretsmanager")],
    });
  }

  private addEndpoint(): SecretsEndpoint {
    const { host, databases, secretsManagerEndpoint } = this.props;
    const superuserSecretArns = Object.values(databases).map(({ superuserSecretArn }) => superuserSecretArn);
    return new SecretsEndpoint(this, "Endpoint", {
      host,
      secretArns: [this.secretArnPattern, ...superuserSecretArns],
      existingSecurityGroupId: secretsManagerEndpoint?.securityGroupId,
    });
  }

  /** One for each database: a function that is taken over reaches the superuser of its own database only. */
  private addRotationFunction(name: string): void {
    const { databases, host, rotation } = this.props;
    const database = databases[name];
    if (!database) {
      const known = Object.keys(databases).join(", ");
      throw new ConstructError(this, `\`database\` of a secret must be one of ${known}, got "${name}"`);
    }
    const rotationFunction = new RotationFunction(this, `Rotation-${name}`, {
      ...rotation,
      host,
      name: `${name}-rotation`,
      database,
      secretArnPattern: this.secretArnPattern,
      secretsKeyArn: this.key.arn,
      endpointVariables: this.endpoint.variables,
    });
    this.rotated.set(name, { database, rotationFunction });
  }

  private addSecret(secret: NativeSecret): void {
    const { host, rotation, secretRecoveryDays, deployers, planners } = this.props;
    const { database, rotationFunction } = this.rotated.get(secret.database) as RotatedDatabase;
    const name = `${host.namePrefix}/${secret.name}`;
    const { arn, value } = new RotatedSecret(this, `Secret-${secret.name}`, {
      ...secret,
      account: host.account,
      name,
      database,
      encryptionKeyArn: this.key.arn,
      rotationFunction,
      immediately: rotation.immediately,
      keptFromIdle: rotation.keptFromIdle,
      secretRecoveryDays,
      deployers,
      planners,
      endpointReady: this.endpoint.ready,
    });
    const users = userArns(host.account, database.clusterResourceId, secret);
    this.secrets.set(secret.name, { name, arn, value, userArns: users });
  }
}
