import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AuroraCluster } from "../database/aurora-cluster";
import { type Database, DEFAULT_PORT } from "../database/database";
import { byCloudWatchLogs, EncryptionKey, grantsThrough, throughService } from "../encryption/encryption-key";
import type { Environment } from "../environment";
import { AdoptedNetwork } from "../network/adopted-network";
import type { Network } from "../network/network";
import { PrivateNetwork } from "../network/private-network";
import { AllowedTraffic, SecurityGroup } from "../network/security-group";
import { RoleLookup } from "../vault/role-lookup";
import { EnvironmentStack } from "./environment-stack";

/** Network, database and who may talk to the database: created, or adopted and completed. */
export class FoundationStack extends EnvironmentStack {
  readonly logsKeyArn: string;
  readonly network: Network;
  readonly lambdaSecurityGroupId: string;
  readonly database: Database;

  constructor(scope: Construct, environment: Environment) {
    super(scope, "foundation", environment);

    this.logsKeyArn = this.addLogsKey();
    this.network = this.networkOf();
    this.lambdaSecurityGroupId = this.addSecurityGroup("lambda", "Functions that use secrets");
    this.database = this.databaseOf();
    this.allowDatabaseTraffic();
    this.letVaultLookUpRoles();
    this.addOutputs();
  }

  private networkOf(): Network {
    const { network, namePrefix, logRetentionDays } = this.environment;
    if (network.kind === "adopted") return new AdoptedNetwork(this, "AdoptedNetwork", network);
    return new PrivateNetwork(this, "Network", {
      account: this.account,
      name: namePrefix,
      cidr: network.cidr,
      zones: network.zones,
      logsKeyArn: this.logsKeyArn,
      logRetentionDays,
    });
  }

  private databaseOf(): Database {
    const {
      database,
      databaseCertificateAuthority: certificateAuthority,
      namePrefix,
      logRetentionDays,
    } = this.environment;
    if (database.kind === "adopted") return { ...database, certificateAuthority };
    return new AuroraCluster(this, "Database", {
      ...database,
      account: this.account,
      name: namePrefix,
      port: database.port ?? DEFAULT_PORT[database.engine],
      subnetIds: this.network.subnetIds,
      securityGroupId: this.addSecurityGroup("database", "Aurora cluster"),
      // A snapshot cannot be restored without the key.
      encryptionKeyArn: this.addDatabaseKey({ keep: database.finalSnapshot }),
      logsKeyArn: this.logsKeyArn,
      logRetentionDays,
      certificateAuthority,
    });
  }

  private allowDatabaseTraffic(): void {
    new AllowedTraffic(this, "LambdaToDatabase", {
      fromSecurityGroupId: this.lambdaSecurityGroupId,
      toSecurityGroupId: this.database.securityGroupId,
      port: this.database.port,
      description: "Lambda functions connect to the database",
    });
  }

  /** Name of the IAM user that Vault calls AWS as, if it has one. */
  get vaultUserName(): string {
    return `${this.environment.namePrefix}-vault`;
  }

  /** Here rather than in the Vault stack, because a user's key has to be made before that stack is deployed. */
  private letVaultLookUpRoles(): void {
    const { vault, backend, namePrefix } = this.environment;
    const credentials = vault?.auth.awsCredentials ?? { kind: "none" };
    if (backend === "native" || credentials.kind === "none") return;
    new RoleLookup(this, "VaultRoleLookup", {
      name: `${namePrefix}-look-up-roles`,
      principal:
        credentials.kind === "iam-user"
          ? { newUserName: this.vaultUserName }
          : { roleName: credentials.roleName },
      // Also those of functions that are added later: a policy for each would grow with them.
      boundRoles: this.account.roleArn(`${namePrefix}-*`),
    });
  }

  private addSecurityGroup(role: string, description: string): string {
    const name = `${this.environment.namePrefix}-${role}`;
    return new SecurityGroup(this, `SecurityGroup-${role}`, { name, vpcId: this.network.vpcId, description })
      .id;
  }

  private addLogsKey(): string {
    const prefix = this.environment.namePrefix;
    return new EncryptionKey(this, "LogsKey", {
      account: this.account,
      name: `${prefix}-logs`,
      description: "Logs of functions, network and database",
      use: [
        byCloudWatchLogs(this.account, [
          `/aws/lambda/${prefix}-*`,
          `/aws/vpc-flow-logs/${prefix}`,
          `/aws/rds/cluster/${prefix}/*`,
        ]),
      ],
    }).arn;
  }

  private addDatabaseKey({ keep }: { keep: boolean }): string {
    return new EncryptionKey(this, "DatabaseKey", {
      account: this.account,
      name: `${this.environment.namePrefix}-database`,
      description: "Storage, Performance Insights and superuser secret of the database",
      keep,
      use: ["rds", "secretsmanager"].flatMap((service) => [
        throughService(this.account, service),
        grantsThrough(this.account, service),
      ]),
    }).arn;
  }

  private addOutputs(): void {
    const output = (id: string, value: unknown) => new TerraformOutput(this, id, { value, staticId: true });
    output("database_endpoint", this.database.host);
    output("database_port", this.database.port);
    output("superuser_secret_arn", this.database.superuserSecretArn);
  }
}
