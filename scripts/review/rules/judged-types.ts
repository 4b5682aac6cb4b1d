import { providerAddress } from "../../terraform/provider-mirrors";

/**
 * What somebody judged of a type of resource: either other rules look at it, or it gives nobody anything. Whatever is
 * not in here is a risk, because nobody judged it.
 */
export interface JudgedType {
  /** Attributes that may change. */
  readonly mayChange: readonly string[];
  /** Attributes that may be set, too, when one is created; undefined if each new one is for an owner to see. */
  readonly mayComeWith?: readonly string[];
  /** Whether one may be destroyed. */
  readonly mayGo: boolean;
  /** By the name of an attribute, the type of what it names: together with that one it may go, too. */
  readonly mayGoWith?: Readonly<Record<string, string>>;
}

/** Of every type. The Region is looked at by its own rule. */
export const JUDGED_OF_ALL: readonly string[] = ["arn", "id", "region", "tags", "tags_all", "timeouts"];

/** The types that this project deploys: a test holds them, and what its stacks set, against this list. */
export const JUDGED_TYPES: Readonly<Record<string, JudgedType>> = {
  aws_cloudtrail: stays("enable_logging enable_log_file_validation", "goes"),
  aws_cloudwatch_dashboard: comes("dashboard_name", "dashboard_body dashboard_arn"),
  aws_cloudwatch_event_rule: comes("name event_pattern", "description"),
  aws_cloudwatch_event_target: stays("input_transformer", "goes"),
  aws_cloudwatch_log_group: comes("name", "kms_key_id retention_in_days"),
  aws_cloudwatch_log_metric_filter: comes("name log_group_name pattern metric_transformation"),
  aws_cloudwatch_metric_alarm: comes(
    "alarm_name comparison_operator datapoints_to_alarm dimensions evaluation_periods metric_name metric_query " +
      "namespace ok_actions period statistic threshold treat_missing_data",
    "actions_enabled alarm_actions alarm_description",
  ),
  aws_cloudwatch_query_definition: comes("name", "query_string log_group_names query_definition_id"),
  aws_db_subnet_group: stays(),
  aws_default_security_group: stays("ingress egress"),
  aws_ebs_volume: stays("size type iops throughput", "goes"),
  aws_flow_log: stays("max_aggregation_interval", "goes"),
  aws_iam_instance_profile: stays(),
  aws_iam_role: comes(
    "name",
    "assume_role_policy description permissions_boundary managed_policy_arns unique_id",
    "stays",
  ),
  aws_iam_role_policy: { ...comes("name role", "policy", "stays"), mayGoWith: { role: "aws_iam_role" } },
  aws_iam_role_policy_attachment: stays("policy_arn"),
  aws_instance: stays("metadata_options associate_public_ip_address vpc_security_group_ids", "goes"),
  aws_kms_alias: comes("name target_key_id", "", "stays"),
  aws_kms_key: comes("", "description deletion_window_in_days enable_key_rotation is_enabled policy"),
  aws_lambda_function: stays(
    "architectures code_sha256 code_signing_config_arn description environment filename handler kms_key_arn " +
      "last_modified layers memory_size qualified_arn qualified_invoke_arn role runtime source_code_hash " +
      "source_code_size timeout tracing_config version vpc_config",
  ),
  aws_lambda_function_event_invoke_config: stays(),
  aws_lambda_permission: {
    ...comes("action function_name statement_id", "principal source_account source_arn", "stays"),
    mayGoWith: { function_name: "aws_lambda_function" },
  },
  aws_lb: stays("internal security_groups"),
  aws_lb_listener: stays(),
  aws_lb_target_group: stays("deregistration_delay health_check"),
  aws_lb_target_group_attachment: stays(),
  aws_network_interface: stays("description security_groups"),
  aws_rds_cluster: stays(
    "backup_retention_period delete_automated_backups deletion_protection enabled_cloudwatch_logs_exports kms_key_id " +
      "manage_master_user_password master_password preferred_backup_window preferred_maintenance_window " +
      "scaling_configuration serverlessv2_scaling_configuration skip_final_snapshot storage_encrypted " +
      "vpc_security_group_ids",
    "goes",
  ),
  aws_rds_cluster_instance: comes(
    "apply_immediately cluster_identifier copy_tags_to_snapshot engine identifier monitoring_role_arn " +
      "performance_insights_enabled performance_insights_kms_key_id",
    "auto_minor_version_upgrade instance_class monitoring_interval preferred_maintenance_window promotion_tier " +
      "publicly_accessible",
  ),
  aws_rds_cluster_parameter_group: stays(),
  aws_route53_record: stays(),
  aws_route53_resolver_firewall_domain_list: stays("domains"),
  aws_route53_resolver_firewall_rule: stays("action priority", "goes"),
  aws_route53_resolver_firewall_rule_group: stays("", "goes"),
  aws_route53_resolver_firewall_rule_group_association: stays("", "goes"),
  aws_route53_resolver_query_log_config: stays("", "goes"),
  aws_route53_resolver_query_log_config_association: stays("", "goes"),
  aws_route53_zone: stays("comment"),
  aws_route_table: stays("route"),
  aws_route_table_association: stays(),
  aws_s3_bucket: stays("", "goes"),
  aws_s3_bucket_lifecycle_configuration: stays(),
  aws_s3_bucket_ownership_controls: stays(),
  aws_s3_bucket_policy: stays("policy", "goes"),
  aws_s3_bucket_public_access_block: stays(
    "block_public_acls block_public_policy ignore_public_acls restrict_public_buckets",
    "goes",
  ),
  aws_s3_bucket_server_side_encryption_configuration: stays(),
  aws_s3_bucket_versioning: stays(),
  aws_scheduler_schedule: stays("flexible_time_window"),
  aws_secretsmanager_secret: comes(
    "name",
    "description force_overwrite_replica_secret kms_key_id recovery_window_in_days",
  ),
  aws_secretsmanager_secret_policy: comes("secret_arn", "block_public_policy policy"),
  aws_secretsmanager_secret_rotation: stays("rotate_immediately rotation_lambda_arn rotation_rules", "goes"),
  aws_secretsmanager_secret_version: comes("secret_id version_stages", "secret_string", "stays"),
  aws_security_group: comes("name description vpc_id", "egress ingress", "stays"),
  aws_sns_topic: stays("display_name kms_master_key_id policy", "goes"),
  aws_sns_topic_policy: stays("policy", "goes"),
  aws_sns_topic_subscription: stays("", "goes"),
  aws_ssm_document: stays(),
  aws_subnet: stays("map_public_ip_on_launch", "goes"),
  aws_volume_attachment: stays("stop_instance_before_detaching"),
  aws_vpc: stays("enable_network_address_usage_metrics", "goes"),
  aws_vpc_endpoint: stays("policy private_dns_enabled security_group_ids", "goes"),
  aws_vpc_security_group_egress_rule: networkRule(),
  aws_vpc_security_group_ingress_rule: networkRule(),
  terraform_data: comes("", "input output triggers_replace"),
  vault_auth_backend: stays("description", "goes"),
  vault_aws_auth_backend_client: stays("iam_server_id_header_value sts_endpoint"),
  vault_aws_auth_backend_role: stays(
    "auth_type bound_account_ids bound_iam_principal_arns resolve_aws_unique_ids token_bound_cidrs token_max_ttl " +
      "token_period token_policies token_ttl",
  ),
  vault_kv_secret_backend_v2: stays("max_versions", "goes"),
  vault_mount: stays("description path", "goes"),
  vault_policy: comes("name", "policy", "stays"),
};

/** Data sources that this project reads. */
export const JUDGED_DATA: readonly string[] = [
  "aws_iam_policy_document",
  "aws_prefix_list",
  "aws_secretsmanager_secret",
  "aws_ssm_parameter",
  "aws_subnet",
  "aws_vpc",
  "terraform_remote_state",
];

/** By the name of a provider, what its configuration may set. */
export const JUDGED_PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  [providerAddress("aws")]: ["allowed_account_ids", "default_tags", "region"],
  [providerAddress("vault")]: ["address", "tls_server_name"],
  "terraform.io/builtin/terraform": [],
};

/** New ones are judged by what they are set to. */
function comes(first: string, mayChange = "", end: "goes" | "stays" = "goes"): JudgedType {
  return { mayChange: names(mayChange), mayComeWith: names(first), mayGo: end === "goes" };
}

/** A new one is a risk. */
function stays(mayChange = "", end: "goes" | "stays" = "stays"): JudgedType {
  return { mayChange: names(mayChange), mayGo: end === "goes" };
}

function networkRule(): JudgedType {
  const judged = comes(
    "security_group_id",
    "cidr_ipv4 cidr_ipv6 description from_port ip_protocol prefix_list_id referenced_security_group_id " +
      "security_group_rule_id to_port",
    "stays",
  );
  const group = "aws_security_group";
  return { ...judged, mayGoWith: { security_group_id: group, referenced_security_group_id: group } };
}

function names(text: string): string[] {
  return text.split(" ").filter((name) => name !== "");
}
