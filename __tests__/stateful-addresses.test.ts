import type { Environment } from "../constructs/environment";
import { shippedEnvironment, shippedWith, synthesizeEnvironment } from "./support/shipped";

/**
 * Terraform replaces a resource whose address changes, and with these the data goes. Whoever changes this list on
 * purpose gives the new resource a `moveFromId`.
 */
const STATEFUL =
  /^(aws_(rds_cluster(_instance)?|kms_key|secretsmanager_secret(_version)?|cloudwatch_log_group|vpc|subnet|sns_topic|s3_bucket)|vault_(mount|auth_backend|kv_secret_v2))$/;

function statefulAddresses(environment: Environment): Record<string, string[]> {
  const { stacks } = synthesizeEnvironment(environment);
  return Object.fromEntries(
    Object.entries(stacks).map(([part, { addresses }]) => [
      part,
      addresses.filter((address) => STATEFUL.test(address.split(".")[0] ?? "")),
    ]),
  );
}

test("dev keeps its data where it is", () => {
  expect(statefulAddresses(shippedEnvironment("dev"))).toEqual({
    functions: ["aws_cloudwatch_log_group.Function-orders_LogGroup_B9558F71"],
    foundation: [
      "aws_cloudwatch_log_group.Database-main_LogGroup-postgresql_22A0E3CE",
      "aws_cloudwatch_log_group.DnsFirewall_LogGroup_20FF3715",
      "aws_cloudwatch_log_group.Network_FlowLogs_LogGroup_06F8465A",
      "aws_kms_key.DatabaseKey-main_968C4161",
      "aws_kms_key.LogsKey_A6AB43B2",
      "aws_rds_cluster.Database-main_Cluster_22EF5B2C",
      "aws_rds_cluster_instance.Database-main_Instance-1_894179AB",
      "aws_subnet.Network_Subnet-a_78411613",
      "aws_subnet.Network_Subnet-c_8B251800",
      "aws_vpc.Network_Vpc_FAC8F4A5",
    ],
    native: [
      "aws_cloudwatch_log_group.Native_Rotation-main_Function_LogGroup_BC9D3218",
      "aws_kms_key.Native_Key_55960793",
      "aws_secretsmanager_secret.Native_Secret-orders_1E441BE5",
      "aws_secretsmanager_secret_version.Native_Secret-orders_BootstrapVersion_8500A3BA",
    ],
  });
});

test("prod keeps its data where it is", () => {
  expect(statefulAddresses(shippedEnvironment("prod"))).toEqual({
    functions: [
      "aws_cloudwatch_log_group.Function-billing_LogGroup_8408E0AE",
      "aws_cloudwatch_log_group.Function-orders_LogGroup_B9558F71",
      "aws_cloudwatch_log_group.Monitors_Health-billing_Function_LogGroup_963DC269",
      "aws_cloudwatch_log_group.Monitors_Health-main_Function_LogGroup_99A8AC05",
      "aws_cloudwatch_log_group.Monitors_QuotaMonitor_Function_LogGroup_6F3CEE5E",
    ],
    foundation: [
      "aws_cloudwatch_log_group.Database-billing_LogGroup-audit_4772C308",
      "aws_cloudwatch_log_group.Database-billing_LogGroup-error_ADF05E42",
      "aws_cloudwatch_log_group.Database-billing_LogGroup-slowquery_014B2183",
      "aws_cloudwatch_log_group.Database-main_LogGroup-postgresql_22A0E3CE",
      "aws_cloudwatch_log_group.DnsFirewall_LogGroup_20FF3715",
      "aws_cloudwatch_log_group.Network_FlowLogs_LogGroup_06F8465A",
      "aws_kms_key.DatabaseKey-billing_2235FDC6",
      "aws_kms_key.DatabaseKey-main_968C4161",
      "aws_kms_key.LogsKey_A6AB43B2",
      "aws_rds_cluster.Database-billing_Cluster_CACCF044",
      "aws_rds_cluster.Database-main_Cluster_22EF5B2C",
      "aws_rds_cluster_instance.Database-billing_Instance-1_9B476BF4",
      "aws_rds_cluster_instance.Database-billing_Instance-2_9B183CA0",
      "aws_rds_cluster_instance.Database-main_Instance-1_894179AB",
      "aws_rds_cluster_instance.Database-main_Instance-2_DA61B6C1",
      "aws_subnet.Network_Subnet-a_78411613",
      "aws_subnet.Network_Subnet-b_ED54F35A",
      "aws_subnet.Network_Subnet-c_8B251800",
      "aws_vpc.Network_Vpc_FAC8F4A5",
    ],
    native: [
      "aws_cloudwatch_log_group.Native_Rotation-billing_Function_LogGroup_3C8D6728",
      "aws_cloudwatch_log_group.Native_Rotation-main_Function_LogGroup_BC9D3218",
      "aws_kms_key.Native_Key_55960793",
      "aws_secretsmanager_secret.Native_Secret-billing_CCA75AED",
      "aws_secretsmanager_secret.Native_Secret-orders_1E441BE5",
      "aws_secretsmanager_secret.Native_Secret-reporting_038E6ED6",
      "aws_secretsmanager_secret_version.Native_Secret-billing_BootstrapVersion_5276859E",
      "aws_secretsmanager_secret_version.Native_Secret-orders_BootstrapVersion_8500A3BA",
      "aws_secretsmanager_secret_version.Native_Secret-reporting_BootstrapVersion_016F097B",
    ],
    operations: [
      "aws_kms_key.Notifications_Key_ADCFA950",
      "aws_s3_bucket.Trail_Bucket_0A0B8CFC",
      "aws_sns_topic.Notifications_87298708",
    ],
  });
});

test("Vault keeps its mounts, and with them its secrets, where they are", () => {
  const { vault, functions } = statefulAddresses(
    shippedWith("dev", ["native", "vault"], { "vault.testSecret": "orders" }),
  );
  expect(vault).toEqual([
    "vault_auth_backend.Vault_Auth_Mount_654A32AD",
    "vault_kv_secret_v2.Vault_KeyValue_TestSecret-orders_DA34779B",
    "vault_mount.Vault_KeyValue_Mount_232D58D8",
  ]);
  expect(functions).toEqual(["aws_cloudwatch_log_group.Function-orders_LogGroup_B9558F71"]);
});
