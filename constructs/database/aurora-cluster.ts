import { basename } from "node:path/posix";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { onBehalfOf, serviceRole } from "../access/service-role";
import type { Account } from "../contracts/account";
import type { Database, DatabaseEngine } from "../contracts/database";
import { logGroup } from "../storage/log-group";
import { clusterWarnings } from "./cluster-warnings";
import { databaseLogGroups, ENGINE_SETTINGS } from "./engine-settings";
import { maxConnections } from "./max-connections";
import { PermanentSettings } from "./permanent-settings";

export type AuroraCapacity =
  | { readonly kind: "serverless"; readonly minAcu: number; readonly maxAcu: number }
  | { readonly kind: "provisioned"; readonly instanceClass: string };

export interface AuroraClusterProps {
  readonly account: Account;
  /** Cluster identifier; also the start of the names of what belongs to it. */
  readonly name: string;
  readonly engine: DatabaseEngine;
  /** Exact version, as `aws rds describe-db-clusters` shows it: `16.8`, `8.0.mysql_aurora.3.10.0`. */
  readonly engineVersion: string;
  readonly databaseName: string;
  readonly port: number;
  readonly superuserName: string;
  readonly capacity: AuroraCapacity;
  /** Number of instances; two or more are spread over availability zones. */
  readonly instances: number;
  readonly subnetIds: string[];
  readonly securityGroupId: string;
  /** Key for storage, Performance Insights and the superuser secret. */
  readonly encryptionKeyArn: string;
  readonly logsKeyArn: string;
  readonly logRetentionDays: number;
  /**
   * How far back the cluster can be restored.
   *
   * @default - AWS Backup sets it, and Terraform leaves it alone
   */
  readonly backupRetentionDays?: number;
  /** Keep the automated backups when the cluster is destroyed, until they expire. */
  readonly keepAutomatedBackups: boolean;
  /** Pay for RDS Extended Support after the version's standard support ends, instead of an upgrade by AWS. */
  readonly extendedSupport: boolean;
  readonly deletionProtection: boolean;
  /** Take a snapshot `<name>-final` when the cluster is destroyed. */
  readonly finalSnapshot: boolean;
  /**
   * See {@link Database.certificateAuthority}.
   *
   * @default - the Amazon RDS authorities
   */
  readonly certificateAuthority?: string;
}

const ENHANCED_MONITORING_SECONDS = 60;

/**
 * An encrypted Aurora cluster that accepts TLS connections only; RDS makes, stores and rotates the superuser's
 * password.
 */
export class AuroraCluster extends Construct implements Database {
  readonly engine: DatabaseEngine;
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  readonly clusterResourceId: string;
  readonly clusterIdentifier: string;
  readonly maxConnections?: number;
  readonly securityGroupId: string;
  readonly superuserSecretArn: string;
  readonly superuserSecretKeyArn: string;
  readonly certificateAuthority?: string;

  constructor(scope: Construct, id: string, props: AuroraClusterProps) {
    super(scope, id);

    this.refuseClassWithoutInsights(props);
    const { region } = props.account;
    for (const warning of clusterWarnings({ ...props, region })) Annotations.of(this).addWarning(warning);
    const cluster = this.addCluster(props);
    this.addInstances(props, cluster);

    this.engine = props.engine;
    this.host = cluster.endpoint;
    this.port = props.port;
    this.databaseName = props.databaseName;
    this.clusterResourceId = cluster.clusterResourceId;
    this.clusterIdentifier = cluster.clusterIdentifier;
    this.maxConnections = maxConnections(props.engine, props.capacity);
    this.securityGroupId = props.securityGroupId;
    this.superuserSecretArn = cluster.masterUserSecret.get(0).secretArn;
    this.superuserSecretKeyArn = props.encryptionKeyArn;
    this.certificateAuthority = props.certificateAuthority;
  }

  private refuseClassWithoutInsights({ engine, capacity }: AuroraClusterProps): void {
    if (capacity.kind === "serverless") return;
    if (!ENGINE_SETTINGS[engine].classesWithoutInsights?.test(capacity.instanceClass)) return;
    throw new Error(
      `${this.node.path}: \`instanceClass\` must be one that has Performance Insights with ${engine}, for ` +
        `example db.t4g.medium, got "${capacity.instanceClass}"`,
    );
  }

  /**
   * The provider sends the version with every change for as long as it is not the cluster's, and Aurora refuses an
   * older one (`resourceClusterUpdate` in terraform-provider-aws): so it is exact, and Terraform alone changes it.
   */
  private addCluster(props: AuroraClusterProps): RdsCluster {
    const { capacity, backupRetentionDays } = props;
    return new RdsCluster(this, "Cluster", {
      clusterIdentifier: props.name,
      engine: props.engine,
      engineVersion: props.engineVersion,
      allowMajorVersionUpgrade: true,
      // An upgrade left to the maintenance window would still use the old parameter group when Terraform deletes that.
      applyImmediately: true,
      databaseName: props.databaseName,
      port: props.port,
      masterUsername: props.superuserName,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: props.encryptionKeyArn,
      iamDatabaseAuthenticationEnabled: true,
      dbSubnetGroupName: this.subnetGroup(props).name,
      vpcSecurityGroupIds: [props.securityGroupId],
      dbClusterParameterGroupName: this.parameterGroup(props).name,
      storageEncrypted: true,
      kmsKeyId: props.encryptionKeyArn,
      serverlessv2ScalingConfiguration:
        capacity.kind === "serverless"
          ? { minCapacity: capacity.minAcu, maxCapacity: capacity.maxAcu }
          : undefined,
      enabledCloudwatchLogsExports: ENGINE_SETTINGS[props.engine].logExports,
      engineLifecycleSupport: lifecycleSupport(props),
      backupRetentionPeriod: backupRetentionDays,
      deleteAutomatedBackups: !props.keepAutomatedBackups,
      copyTagsToSnapshot: true,
      deletionProtection: props.deletionProtection,
      skipFinalSnapshot: !props.finalSnapshot,
      finalSnapshotIdentifier: props.finalSnapshot ? `${props.name}-final` : undefined,
      dependsOn: this.logGroups(props),
      lifecycle: {
        // Terraform stops before it has destroyed anything else; RDS would refuse in the middle.
        preventDestroy: props.deletionProtection || undefined,
        precondition: this.permanentSettings(props).preconditions,
        // Only the request that makes a cluster takes it: every plan would show the same change.
        ignoreChanges: [
          "engine_lifecycle_support",
          ...(backupRetentionDays === undefined
            ? ["backup_retention_period", "preferred_backup_window"]
            : []),
        ],
      },
    });
  }

  private permanentSettings(props: AuroraClusterProps): PermanentSettings {
    const { engine, databaseName, superuserName } = props;
    const replacing =
      "Terraform would destroy the cluster, with all data, and make an empty one. Write it again. To change it, add " +
      "another entry for a new cluster, move the data, and remove this entry";
    const support = "AWS takes it when a cluster is made, and not later. Write it again";
    return new PermanentSettings(this, "AsCreated", {
      of: `the cluster ${props.name}`,
      settings: {
        engine: { value: engine, why: replacing },
        databaseName: { value: databaseName, why: replacing },
        superuserName: { value: superuserName, why: replacing },
        extendedSupport: { value: props.extendedSupport, why: support },
      },
    });
  }

  private addInstances(props: AuroraClusterProps, cluster: RdsCluster): void {
    const { capacity } = props;
    const names = Array.from({ length: props.instances }, (_, index) => `${props.name}-${index + 1}`);
    const monitoring = this.monitoringRole(props, names);
    names.forEach((identifier, index) => {
      new RdsClusterInstance(this, `Instance-${index + 1}`, {
        identifier,
        clusterIdentifier: cluster.id,
        engine: props.engine,
        instanceClass: capacity.kind === "serverless" ? "db.serverless" : capacity.instanceClass,
        // Otherwise a new class waits for the maintenance window, and every plan until then shows it again.
        applyImmediately: true,
        publiclyAccessible: false,
        autoMinorVersionUpgrade: false,
        copyTagsToSnapshot: true,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: props.encryptionKeyArn,
        monitoringInterval: ENHANCED_MONITORING_SECONDS,
        monitoringRoleArn: monitoring.role.arn,
        dependsOn: [monitoring.attachment],
      });
    });
  }

  private subnetGroup(props: AuroraClusterProps): DbSubnetGroup {
    return new DbSubnetGroup(this, "SubnetGroup", { name: props.name, subnetIds: props.subnetIds });
  }

  /** A major upgrade takes a group of another family, while the cluster still has this one. */
  private parameterGroup(props: AuroraClusterProps): RdsClusterParameterGroup {
    const settings = ENGINE_SETTINGS[props.engine];
    const family = settings.family(props.engineVersion);
    return new RdsClusterParameterGroup(this, "ParameterGroup", {
      name: `${props.name}-${family.replaceAll(".", "-")}`,
      family,
      description: "TLS only; statements that change the schema or are slow are logged",
      parameter: Object.entries(settings.parameters).map(([name, value]) => ({ name, value })),
      lifecycle: { createBeforeDestroy: true },
    });
  }

  /** RDS would create these itself, unencrypted and kept for ever. */
  private logGroups(props: AuroraClusterProps): CloudwatchLogGroup[] {
    return databaseLogGroups(props.name, props.engine).map((name) =>
      logGroup(this, `LogGroup-${basename(name)}`, name, props),
    );
  }

  private monitoringRole({ account, name }: AuroraClusterProps, instanceNames: string[]) {
    const instances = instanceNames.map((instance) => account.arn("rds", `db:${instance}`));
    const role = serviceRole(this, {
      id: "Monitoring",
      name: `${name}-rds-monitoring`,
      service: "monitoring.rds",
      condition: onBehalfOf(account, instances),
    });
    const attachment = new IamRolePolicyAttachment(this, "MonitoringPolicy", {
      role: role.name,
      policyArn: account.managedPolicyArn("service-role/AmazonRDSEnhancedMonitoringRole"),
    });
    return { role, attachment };
  }
}

function lifecycleSupport({ extendedSupport }: AuroraClusterProps): string {
  return extendedSupport ? "open-source-rds-extended-support" : "open-source-rds-extended-support-disabled";
}
