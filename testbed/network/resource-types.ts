import { addressOfResource, type Deployment } from "../deployed/resources";

/** Types that the model reads. */
const READ: ReadonlySet<string> = new Set([
  "aws_default_network_acl",
  "aws_default_security_group",
  "aws_db_subnet_group",
  "aws_eip",
  "aws_instance",
  "aws_internet_gateway",
  "aws_lambda_function",
  "aws_lambda_function_event_invoke_config",
  "aws_lb",
  "aws_lb_listener",
  "aws_lb_target_group",
  "aws_lb_target_group_attachment",
  "aws_nat_gateway",
  "aws_network_acl",
  "aws_network_acl_rule",
  "aws_network_interface",
  "aws_prefix_list",
  "aws_rds_cluster",
  "aws_rds_cluster_instance",
  "aws_route",
  "aws_route53_record",
  "aws_route53_resolver_firewall_domain_list",
  "aws_route53_resolver_firewall_rule",
  "aws_route53_resolver_firewall_rule_group",
  "aws_route53_resolver_firewall_rule_group_association",
  "aws_route53_zone",
  "aws_route_table",
  "aws_route_table_association",
  "aws_s3_bucket",
  "aws_secretsmanager_secret_rotation",
  "aws_security_group",
  "aws_security_group_rule",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint",
  "aws_vpc_endpoint_route_table_association",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
]);

/** Types that are nobody's way to anybody in a network. */
const NO_WAY = [
  /^aws_(iam|kms|sns_topic|ssm_parameter|ssm_document|secretsmanager|cloudwatch|ebs_volume|volume_attachment)(_|$)/,
  /^aws_(cloudtrail|scheduler_schedule|lambda_permission|flow_log|rds_cluster_parameter_group)$/,
  /^aws_(s3_bucket_\w+|route53_resolver_query_log_config(_association)?)$/,
  /^(terraform_data$|vault_)/,
];

/** @throws Error with every resource of a type that nobody has thought about: it may open a way. */
export function refuseUnknownTypes({ resources }: Deployment): void {
  const unknown = resources.filter(({ type }) => !READ.has(type) && !NO_WAY.some((one) => one.test(type)));
  if (unknown.length === 0) return;
  throw new Error(
    `the model of the network does not know what these open: ${unknown.map(addressOfResource).join(", ")}; ` +
      "let testbed/network read them, or say in testbed/network/resource-types.ts that they open nothing",
  );
}
