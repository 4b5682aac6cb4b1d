import { Annotations, TerraformOutput } from "cdktf";
import type { IConstruct } from "constructs";
import { type Database, DEFAULT_PORT } from "../contracts/database";
import type { FunctionHost } from "../contracts/function-host";
import { mapped } from "../contracts/mapped";
import type { Network } from "../contracts/network";
import { AuroraCluster } from "../database/aurora-cluster";
import { byCloudWatchLogs, EncryptionKey, grantsThrough, throughService } from "../encryption/encryption-key";
import type { DatabaseSettings } from "../environment";
import { clusterIdentifierOf } from "../environment/values/rds";
import { AdoptedNetwork } from "../network/adopted-network";
import { DnsFirewall, queryLogGroupName } from "../network/dns-firewall";
import { PrivateNetwork } from "../network/private-network";
import { AllowedTraffic, SecurityGroup } from "../network/security-group";
import { isKnownRegion, PUBLISHED_READ } from "../regions/published-facts";
import { RoleLookup } from "../vault/login/role-lookup";
import { vaultLogGroupName } from "../vault/server/created/created-server";
import { VaultStorage } from "../vault/server/created/storage";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";
import { quotaWarnings } from "./quota-warnings";
import { createdVault, vaultAddress } from "./vault-address";

/** Network, databases and who may talk to the databases: created, or adopted and completed. */
export class FoundationStack extends EnvironmentStack {
  /** Where functions run. */
  readonly functions: FunctionHost;
  /** By name. */
  readonly databases: Readonly<Record<string, Database>>;
  /** What a created Vault server keeps. */
  readonly vaultStorage?: VaultStorage;
  private readonly logsKeyArn: string;
  private readonly network: Network;

  constructor(scope: IConstruct, id: string, props: EnvironmentStackProps) {
    super(scope, id, props);
    this.warnOfRegion();
    for (const warning of quotaWarnings(this.environment)) Annotations.of(this).addWarning(warning);
    this.logsKeyArn = this.addLogsKey();
    this.network = this.addNetwork();
    this.functions = this.addFunctionHost();
    this.databases = this.addDatabases();
    this.allowDatabaseTraffic();
    this.limitNames();
    this.letVaultLookUpRoles();
    this.vaultStorage = this.addVaultStorage();
    this.addOutputs();
  }

  /** Name of the IAM user that Vault calls AWS as, if it has one. */
  get vaultUserName(): string {
    return `${this.environment.namePrefix}-vault`;
  }

  private warnOfRegion(): void {
    const { region } = this.account;
    if (isKnownRegion(region)) return;
    Annotations.of(this).addWarning(
      `region must be one that AWS has, got "${region}", which was none on ${PUBLISHED_READ}. Compare it with: ` +
        "aws account list-regions",
    );
  }

  private addNetwork(): Network {
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

  private limitNames(): void {
    const { network, namePrefix, logRetentionDays, databases } = this.environment;
    if (network.kind === "adopted" || !network.dnsFirewall) return;
    const adoptedHosts = Object.values(databases).flatMap((one) => (one.kind === "adopted" ? one.host : []));
    const vaultHost = vaultAddress(this.environment)?.hostname;
    const isName = vaultHost !== undefined && !/^[\d.]+$/.test(vaultHost);
    new DnsFirewall(this, "DnsFirewall", {
      name: namePrefix,
      vpcId: this.network.vpcId,
      // A query for a name of AWS reaches nobody but AWS.
      allowedNames: [
        ...new Set([
          ...this.account.lookedUpDomains.map((domain) => `*.${domain}`),
          ...adoptedHosts,
          ...(isName ? [vaultHost] : []),
          ...network.allowedNames,
        ]),
      ],
      logsKeyArn: this.logsKeyArn,
      logRetentionDays,
    });
  }

  private addFunctionHost(): FunctionHost {
    const { namePrefix, logRetentionDays } = this.environment;
    return {
      account: this.account,
      namePrefix,
      network: this.network,
      securityGroupId: this.addSecurityGroup("lambda", "Functions that use secrets"),
      logsKeyArn: this.logsKeyArn,
      logRetentionDays,
    };
  }

  private addDatabases(): Record<string, Database> {
    return mapped<DatabaseSettings, Database>(this.environment.databases, (settings, name) =>
      settings.kind === "adopted"
        ? { ...settings, clusterIdentifier: clusterIdentifierOf(settings.host) }
        : this.addCluster(name, settings),
    );
  }

  private addCluster(name: string, settings: Extract<DatabaseSettings, { kind: "created" }>): Database {
    const { namePrefix, logRetentionDays } = this.environment;
    const { awsBackup, backupRetentionDays, finalSnapshot, keepAutomatedBackups } = settings;
    return new AuroraCluster(this, `Database-${name}`, {
      ...settings,
      account: this.account,
      name: `${namePrefix}-${name}`,
      port: settings.port ?? DEFAULT_PORT[settings.engine],
      subnetIds: this.network.subnetIds,
      securityGroupId: this.addSecurityGroup(`${name}-database`, "Aurora cluster"),
      backupRetentionDays: awsBackup ? undefined : (backupRetentionDays ?? 14),
      // No snapshot and no backup can be restored without the key.
      encryptionKeyArn: this.addDatabaseKey(name, {
        keep: finalSnapshot || keepAutomatedBackups || awsBackup,
      }),
      logsKeyArn: this.logsKeyArn,
      logRetentionDays,
    });
  }

  /** Adopted databases may share a security group, for which there is one rule. */
  private allowDatabaseTraffic(): void {
    const adopted = new Set<string>();
    for (const [name, { securityGroupId, port }] of Object.entries(this.databases)) {
      const isAdopted = this.environment.databases[name]?.kind === "adopted";
      const id = isAdopted ? `${securityGroupId}-${port}` : name;
      if (adopted.has(id)) continue;
      adopted.add(id);
      new AllowedTraffic(this, `LambdaToDatabase-${id}`, {
        fromSecurityGroupId: this.functions.securityGroupId,
        toSecurityGroupId: securityGroupId,
        port,
        description: `Lambda functions connect to the database ${name}`,
      });
    }
  }

  /** Here rather than in the Vault stack, because a user's key has to be made before that stack is deployed. */
  private letVaultLookUpRoles(): void {
    const { vault, backends, namePrefix } = this.environment;
    const credentials = vault?.auth.awsCredentials ?? { kind: "none" };
    if (!backends.includes("vault") || credentials.kind === "none") return;
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

  /** Here rather than in the server's stack: the server's program is in the bucket before a node starts. */
  private addVaultStorage(): VaultStorage | undefined {
    const server = createdVault(this.environment);
    if (!server) return undefined;
    return new VaultStorage(this, "VaultStorage", {
      account: this.account,
      namePrefix: this.environment.namePrefix,
      retentionDays: server.snapshots.retentionDays,
      deletionProtection: server.deletionProtection,
    });
  }

  private addSecurityGroup(role: string, description: string): string {
    return new SecurityGroup(this, `SecurityGroup-${role}`, {
      name: `${this.environment.namePrefix}-${role}`,
      vpcId: this.network.vpcId,
      description,
    }).id;
  }

  private addLogsKey(): string {
    const prefix = this.environment.namePrefix;
    return new EncryptionKey(this, "LogsKey", {
      account: this.account,
      name: `${prefix}-logs`,
      description: "Logs of functions, network and databases",
      use: [
        byCloudWatchLogs(this.account, [
          `/aws/lambda/${prefix}-*`,
          `/aws/vpc-flow-logs/${prefix}`,
          `/aws/rds/cluster/${prefix}-*`,
          queryLogGroupName(prefix),
          ...(createdVault(this.environment) ? [`${vaultLogGroupName(prefix)}/*`] : []),
        ]),
      ],
    }).arn;
  }

  private addDatabaseKey(name: string, { keep }: { keep: boolean }): string {
    return new EncryptionKey(this, `DatabaseKey-${name}`, {
      account: this.account,
      name: `${this.environment.namePrefix}-${name}-database`,
      description: `Storage, Performance Insights and superuser secret of the database ${name}`,
      keep,
      use: (["rds", "secretsmanager"] as const).flatMap((service) => [
        throughService(this.account, service),
        grantsThrough(this.account, service),
      ]),
    }).arn;
  }

  private addOutputs(): void {
    const databases = mapped(this.databases, ({ host, port, superuserSecretArn }) => ({
      host,
      port,
      superuser_secret_arn: superuserSecretArn,
    }));
    new TerraformOutput(this, "databases", { value: databases, staticId: true });
    if (this.vaultStorage)
      new TerraformOutput(this, "vault_bucket", { value: this.vaultStorage.bucket.name, staticId: true });
  }
}
