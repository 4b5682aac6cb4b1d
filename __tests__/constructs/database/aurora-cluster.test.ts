import { Annotations } from "cdktf";
import { AuroraCluster, type AuroraClusterProps } from "../../../constructs/database/aurora-cluster";
import { account, certificateAuthorityPem, logsKeyArn } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const props: AuroraClusterProps = {
  account,
  name: "app",
  engine: "aurora-postgresql",
  engineVersion: "16.8",
  databaseName: "app",
  port: 5432,
  superuserName: "superuser",
  capacity: { kind: "serverless", minAcu: 0.5, maxAcu: 2 },
  instances: 2,
  subnetIds: ["subnet-1", "subnet-2"],
  securityGroupId: "sg-database",
  encryptionKeyArn: "arn:key/database",
  logsKeyArn,
  logRetentionDays: 30,
  backupRetentionDays: 14,
  keepAutomatedBackups: true,
  extendedSupport: false,
  deletionProtection: true,
  finalSnapshot: true,
};

function aurora(changes: Partial<AuroraClusterProps> = {}) {
  return synthesize((scope) => new AuroraCluster(scope, "Database", { ...props, ...changes }));
}

const { resolve, built, template } = aurora();
const cluster = template.resource("aws_rds_cluster");
const instances = template.resources("aws_rds_cluster_instance");

test("has its superuser's password made, stored and rotated by RDS, under our key", () => {
  expect(cluster).toMatchObject({
    master_username: "superuser",
    manage_master_user_password: true,
    master_user_secret_kms_key_id: "arn:key/database",
  });
});

test("names no password anywhere", () => {
  expect(template.text).not.toMatch(/"(master_)?password(_wo)?"/);
});

test("encrypts storage and Performance Insights with our key", () => {
  expect(cluster).toMatchObject({ storage_encrypted: true, kms_key_id: "arn:key/database" });
  for (const instance of instances) {
    expect(instance).toMatchObject({
      performance_insights_enabled: true,
      performance_insights_kms_key_id: "arn:key/database",
    });
  }
});

test.each([
  ["aurora-postgresql", "16.8", "rds.force_ssl", "1"],
  ["aurora-mysql", "8.0.mysql_aurora.3.10.0", "require_secure_transport", "ON"],
] as const)("%s accepts TLS connections only", (engine, engineVersion, name, value) => {
  const { template } = aurora({ engine, engineVersion });
  expect(template.resource("aws_rds_cluster_parameter_group").parameter).toContainEqual({ name, value });
  expect(template.resource("aws_rds_cluster").db_cluster_parameter_group_name).toBe(
    template.reference("name", "aws_rds_cluster_parameter_group"),
  );
});

describe("its version", () => {
  test("is the exact one that was asked for, and AWS is not asked to change it", () => {
    expect(cluster.engine_version).toBe("16.8");
    for (const instance of instances) {
      expect(instance.auto_minor_version_upgrade).toBe(false);
      expect(instance).not.toHaveProperty("engine_version");
    }
  });

  test("can be changed to another major one, at once", () => {
    expect(cluster).toMatchObject({ allow_major_version_upgrade: true, apply_immediately: true });
  });

  test.each([
    ["aurora-postgresql", "16.8", "app-aurora-postgresql16"],
    ["aurora-postgresql", "16.10", "app-aurora-postgresql16"],
    ["aurora-postgresql", "17.7", "app-aurora-postgresql17"],
    ["aurora-mysql", "8.0.mysql_aurora.3.10.0", "app-aurora-mysql8-0"],
  ] as const)("%s %s has the parameter group %s", (engine, engineVersion, name) => {
    const { template } = aurora({ engine, engineVersion });
    expect(template.resource("aws_rds_cluster_parameter_group").name).toBe(name);
  });

  test("of another family has its parameter group before the one in use goes", () => {
    expect(template.resource("aws_rds_cluster_parameter_group").lifecycle).toEqual({
      create_before_destroy: true,
    });
  });
});

test("takes IAM database authentication", () => {
  expect(cluster.iam_database_authentication_enabled).toBe(true);
});

test("is reachable in its own subnets and through its own security group only", () => {
  expect(template.resource("aws_db_subnet_group").subnet_ids).toEqual(["subnet-1", "subnet-2"]);
  expect(cluster.db_subnet_group_name).toBe(template.reference("name", "aws_db_subnet_group"));
  expect(cluster.vpc_security_group_ids).toEqual(["sg-database"]);
  for (const instance of instances) expect(instance.publicly_accessible).toBe(false);
});

test.each([
  ["aurora-postgresql", "16.8", ["postgresql"]],
  ["aurora-mysql", "8.0.mysql_aurora.3.10.0", ["audit", "error", "slowquery"]],
] as const)("%s exports its logs to encrypted groups that exist before it", (engine, engineVersion, logs) => {
  const { template } = aurora({ engine, engineVersion });
  const cluster = template.resource("aws_rds_cluster");
  expect(cluster.enabled_cloudwatch_logs_exports).toEqual(logs);
  expect(template.resources("aws_cloudwatch_log_group")).toEqual(
    logs.map((log) => ({
      name: `/aws/rds/cluster/app/${log}`,
      kms_key_id: logsKeyArn,
      retention_in_days: 30,
    })),
  );
  expect(cluster.depends_on).toEqual(
    logs.map((log) => template.address("aws_cloudwatch_log_group", `LogGroup-${log}`)),
  );
});

test("is backed up, tags its snapshots and takes one before it goes", () => {
  expect(cluster).toMatchObject({
    backup_retention_period: 14,
    copy_tags_to_snapshot: true,
    deletion_protection: true,
    skip_final_snapshot: false,
    final_snapshot_identifier: "app-final",
  });
});

test("keeps its automated backups when it goes, unless asked not to", () => {
  expect(cluster.delete_automated_backups).toBe(false);
  const { template } = aurora({ keepAutomatedBackups: false });
  expect(template.resource("aws_rds_cluster").delete_automated_backups).toBe(true);
});

test("leaves retention and backup window to AWS Backup if asked to", () => {
  const { template } = aurora({ backupRetentionDays: undefined });
  const cluster = template.resource("aws_rds_cluster");
  expect(cluster).not.toHaveProperty("backup_retention_period");
  expect(cluster.lifecycle.ignore_changes).toEqual(
    expect.arrayContaining(["backup_retention_period", "preferred_backup_window"]),
  );
});

test.each([
  [false, "open-source-rds-extended-support-disabled"],
  [true, "open-source-rds-extended-support"],
])("with extendedSupport %s is made for %s", (extendedSupport, lifecycle) => {
  const { template } = aurora({ extendedSupport });
  const cluster = template.resource("aws_rds_cluster");
  expect(cluster.engine_lifecycle_support).toBe(lifecycle);
  // RDS takes it with CreateDBCluster alone.
  expect(cluster.lifecycle.ignore_changes).toContain("engine_lifecycle_support");
});

test("changes its instances with the deployment, not in the maintenance window", () => {
  for (const instance of instances) expect(instance.apply_immediately).toBe(true);
});

test("is not destroyed by Terraform while it is protected from deletion", () => {
  expect(cluster.lifecycle.prevent_destroy).toBe(true);
  const { template } = aurora({ deletionProtection: false });
  expect(template.resource("aws_rds_cluster").lifecycle).not.toHaveProperty("prevent_destroy");
});

test("warns of what its tables do not know", () => {
  const warnings = jest.spyOn(Annotations.prototype, "addWarning").mockReturnValue();
  aurora({ engineVersion: "99.1" });
  expect(warnings).toHaveBeenCalledTimes(1);
  warnings.mockRestore();
});

test("goes without a snapshot if asked to", () => {
  const { template } = aurora({ finalSnapshot: false, deletionProtection: false });
  const cluster = template.resource("aws_rds_cluster");
  expect(cluster).toMatchObject({ skip_final_snapshot: true, deletion_protection: false });
  expect(cluster).not.toHaveProperty("final_snapshot_identifier");
});

test("scales without servers between two capacities", () => {
  expect(cluster.serverlessv2_scaling_configuration).toEqual({ min_capacity: 0.5, max_capacity: 2 });
  for (const instance of instances) expect(instance.instance_class).toBe("db.serverless");
});

test("or runs on instances of a class", () => {
  const { template } = aurora({ capacity: { kind: "provisioned", instanceClass: "db.r8g.large" } });
  expect(template.resource("aws_rds_cluster")).not.toHaveProperty("serverlessv2_scaling_configuration");
  for (const instance of template.resources("aws_rds_cluster_instance"))
    expect(instance.instance_class).toBe("db.r8g.large");
});

test.each(["db.t2.small", "db.t3.medium", "db.t4g.micro", "db.t4g.small"])(
  "throws for %s with Aurora MySQL, which has no Performance Insights there",
  (instanceClass) => {
    const mysql = { engine: "aurora-mysql", engineVersion: "8.0.mysql_aurora.3.10.0" } as const;
    expect(() => aurora({ ...mysql, capacity: { kind: "provisioned", instanceClass } })).toThrow(
      "test/Database: `instanceClass` must be one that has Performance Insights with aurora-mysql, for example " +
        `db.t4g.medium, got "${instanceClass}"`,
    );
  },
);

test.each([
  ["aurora-mysql", "db.t4g.medium"],
  ["aurora-postgresql", "db.t3.medium"],
] as const)("%s runs on %s", (engine, instanceClass) => {
  const { template } = aurora({ engine, capacity: { kind: "provisioned", instanceClass }, instances: 1 });
  expect(template.resource("aws_rds_cluster_instance").instance_class).toBe(instanceClass);
});

test("has as many instances as asked for", () => {
  expect(instances.map((instance) => instance.identifier)).toEqual(["app-1", "app-2"]);
});

test("is monitored under a role that RDS may take for this cluster's instances only", () => {
  const role = template.resource("aws_iam_role");
  expect(template.statements(role.assume_role_policy)).toEqual([
    {
      actions: ["sts:AssumeRole"],
      principals: [{ type: "Service", identifiers: ["monitoring.rds.amazonaws.com"] }],
      condition: [
        { test: "StringEquals", variable: "aws:SourceAccount", values: ["111122223333"] },
        {
          test: "ArnLike",
          variable: "aws:SourceArn",
          values: [
            "arn:aws:rds:ap-northeast-2:111122223333:db:app-1",
            "arn:aws:rds:ap-northeast-2:111122223333:db:app-2",
          ],
        },
      ],
    },
  ]);
  expect(template.resource("aws_iam_role_policy_attachment")).toEqual({
    role: template.reference("name", "aws_iam_role"),
    policy_arn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
  });
  for (const instance of instances) {
    expect(instance).toMatchObject({
      monitoring_interval: 60,
      monitoring_role_arn: template.reference("arn", "aws_iam_role"),
      depends_on: [template.address("aws_iam_role_policy_attachment")],
    });
  }
});

test("tells its users where it is and which secret creates other users", () => {
  const address = template.address("aws_rds_cluster", "_Cluster_");
  expect(resolve(built.host)).toBe(`\${${address}.endpoint}`);
  expect(resolve(built.clusterResourceId)).toBe(`\${${address}.cluster_resource_id}`);
  expect(resolve(built.superuserSecretArn)).toBe(`\${${address}.master_user_secret[0].secret_arn}`);
  expect(built.superuserSecretKeyArn).toBe("arn:key/database");
  expect(built.certificateAuthority).toBeUndefined();
});

test("passes a certificate authority of one's own on", () => {
  expect(aurora({ certificateAuthority: certificateAuthorityPem }).built.certificateAuthority).toBe(
    certificateAuthorityPem,
  );
});

test("keeps the shape of the cluster", () => {
  expect(cluster).toMatchSnapshot();
});
