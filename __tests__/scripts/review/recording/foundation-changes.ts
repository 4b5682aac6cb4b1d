import type { Changes } from "./changes";

const CLUSTER = "aws_rds_cluster";
const INSTANCE = "aws_rds_cluster_instance";
const INGRESS = "aws_vpc_security_group_ingress_rule";
const EGRESS = "aws_vpc_security_group_egress_rule";
const DATABASE_RULE = "LambdaToDatabase-main";
const VPC = "$" + "{aws_vpc.Network_Vpc_FAC8F4A5.id}";
const DATABASE_GROUP = "$" + "{aws_security_group.SecurityGroup-main-database_C72A7CAA.id}";
const FUNCTIONS_GROUP = "$" + "{aws_security_group.SecurityGroup-lambda_6D608B63.id}";

export const FOUNDATION_RISKS: Changes = {
  "deletion protection lowered": (stack) => stack.set(CLUSTER, "main", { deletion_protection: false }),
  "final snapshot skipped": (stack) => stack.set(CLUSTER, "billing", { skip_final_snapshot: true }),
  "backups kept one day": (stack) => stack.set(CLUSTER, "main", { backup_retention_period: 1 }),
  "cluster replaced": (stack) => {
    stack.letDestroy(CLUSTER, "main");
    stack.set(CLUSTER, "main", { database_name: "other" });
  },
  "cluster with another key": (stack) => {
    stack.letDestroy(CLUSTER, "billing");
    stack.set(CLUSTER, "billing", { kms_key_id: stack.resource(CLUSTER, "main").kms_key_id });
  },
  "instance removed": (stack) => {
    stack.letDestroy(INSTANCE, "main_Instance-2");
    stack.remove(INSTANCE, "main_Instance-2");
  },
  "instance public": (stack) => stack.set(INSTANCE, "main_Instance-1", { publicly_accessible: true }),
  "superuser with a literal password": (stack) => {
    stack.unset(CLUSTER, "main", "manage_master_user_password", "master_user_secret_kms_key_id");
    stack.set(CLUSTER, "main", { master_password: "planted-Literal-4711" });
    const without = JSON.stringify(stack.json.output).replaceAll(
      /\$\{[^}]*main_Cluster[^}]*secret_arn\}/g,
      "-",
    );
    Object.assign(stack.json.output, JSON.parse(without));
    for (const id of Object.keys(stack.json.output)) if (id === "databases") delete stack.json.output[id];
  },
  "log exports shrunk": (stack) =>
    stack.set(CLUSTER, "billing", { enabled_cloudwatch_logs_exports: ["error"] }),
  "TLS not required": (stack) => {
    const parameters = stack.resource("aws_rds_cluster_parameter_group", "main").parameter;
    parameters.find(({ name }: { name: string }) => name === "rds.force_ssl").value = "0";
  },
  "database open to the internet": (stack) => {
    stack.unset(INGRESS, DATABASE_RULE, "referenced_security_group_id");
    stack.set(INGRESS, DATABASE_RULE, { cidr_ipv4: "0.0.0.0/0" });
  },
  "functions may send anywhere": (stack) => {
    stack.unset(EGRESS, DATABASE_RULE, "referenced_security_group_id");
    stack.set(EGRESS, DATABASE_RULE, { cidr_ipv6: "::/0" });
  },
  "wider port range": (stack) => stack.set(INGRESS, DATABASE_RULE, { from_port: 0, to_port: 65535 }),
  "rule for another network": (stack) =>
    stack.add(INGRESS, "Office", {
      security_group_id: DATABASE_GROUP,
      cidr_ipv4: "192.168.0.0/16",
      ip_protocol: "tcp",
      from_port: 5432,
      to_port: 5432,
    }),
  "database may call functions": (stack) =>
    stack.add(INGRESS, "Back", {
      security_group_id: FUNCTIONS_GROUP,
      referenced_security_group_id: DATABASE_GROUP,
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
    }),
  "way to the internet": (stack) => {
    stack.add("aws_internet_gateway", "Gateway", { vpc_id: VPC });
    stack.add("aws_route", "Default", {
      route_table_id: "$" + "{aws_route_table.Network_RouteTable_AC67A54F.id}",
      destination_cidr_block: "0.0.0.0/0",
      gateway_id: "$" + "{aws_internet_gateway.Gateway.id}",
    });
  },
  "public addresses in a subnet": (stack) =>
    stack.set("aws_subnet", "Subnet-a", { map_public_ip_on_launch: true }),
  "DNS firewall off": (stack) => {
    stack.remove("aws_route53_resolver_firewall_rule_group_association", "");
  },
  "DNS firewall allows every name": (stack) =>
    stack.set("aws_route53_resolver_firewall_domain_list", "allow", { domains: ["*."] }),
  "DNS firewall made anew for every name": (stack) => {
    stack.set("aws_vpc", "", { tags: { Team: "network" } });
    stack.set("aws_route53_resolver_firewall_domain_list", "allow", {
      domains: ["*."],
      lifecycle: { replace_triggered_by: [VPC.slice(2, -".id}".length)] },
    });
  },
  "DNS firewall blocks nothing": (stack) => {
    stack.unset("aws_route53_resolver_firewall_rule", "block", "block_response");
    stack.set("aws_route53_resolver_firewall_rule", "block", { action: "ALERT" });
  },
  "logs of databases and names no longer wanted": (stack) => {
    stack.unset(CLUSTER, "billing", "depends_on");
    stack.unset(CLUSTER, "main", "depends_on");
    for (const group of ["audit", "error", "slowquery", "postgresql"])
      stack.remove("aws_cloudwatch_log_group", `LogGroup-${group}`);
    for (const type of ["", "_association"]) stack.remove(`aws_route53_resolver_query_log_config${type}`, "");
  },
  "network shared with another account": (stack) =>
    stack.add("aws_vpc_peering_connection", "Office", {
      vpc_id: VPC,
      peer_vpc_id: "vpc-0a1b2c3d4e5f67890",
      peer_owner_id: "999999999999",
    }),
  "program run after a change": (stack) =>
    stack.add("terraform_data", "Migrate", {
      provisioner: { "local-exec": { command: "./migrate --password planted-Literal-4711" } },
    }),
  "flow log removed": (stack) => {
    stack.remove("aws_flow_log", "");
  },
  "logs kept a week": (stack) =>
    stack.set("aws_cloudwatch_log_group", "Network_FlowLogs", { retention_in_days: 7 }),
  "database key no longer rotated": (stack) =>
    stack.set("aws_kms_key", "DatabaseKey-main", { enable_key_rotation: false }),
};

export const FOUNDATION_HARMLESS: Changes = {
  "another tag": (stack) => stack.set("aws_vpc", "", { tags: { Team: "network" } }),
  "logs kept longer": (stack) =>
    stack.set("aws_cloudwatch_log_group", "Network_FlowLogs", { retention_in_days: 731 }),
  "another maintenance window": (stack) =>
    stack.set(CLUSTER, "billing", { preferred_maintenance_window: "sun:18:00-sun:18:30" }),
  "more capacity": (stack) => {
    const [scaling] = [stack.resource(CLUSTER, "billing").serverlessv2_scaling_configuration].flat();
    scaling.max_capacity = 16;
  },
  "third instance": (stack) =>
    stack.add(INSTANCE, "Database-billing_Instance-3", {
      ...stack.resource(INSTANCE, "billing_Instance-2"),
      identifier: "secrets-prod-billing-3",
    }),
  "construct renamed with a move": (stack) => {
    const from = stack.rename("aws_flow_log", "", "Network_Flow");
    stack.json.moved = [{ from: `aws_flow_log.${from}`, to: "aws_flow_log.Network_Flow" }];
  },
  "stricter DNS firewall": (stack) =>
    stack.set("aws_route53_resolver_firewall_domain_list", "allow", {
      domains: ["secretsmanager.ap-northeast-2.amazonaws.com."],
    }),
  "another output": (stack) => {
    stack.json.output.vpc_id = { value: VPC };
  },
};
