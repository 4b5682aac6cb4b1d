import { allow, type Cases, change, everybody, ours, policy, unknownOf } from "./rule-case";

/** Rules about who reaches whom. */
export const CASES_OF_NETWORKS: Readonly<Record<string, Cases>> = {
  R06: {
    fires: {
      "from the internet": { type: "aws_vpc_security_group_ingress_rule", after: { cidr_ipv4: "0.0.0.0/0" } },
      "a rule in a group": { type: "aws_security_group", after: { ingress: [{ cidr_blocks: ["::/0"] }] } },
      "a way out": { type: "aws_nat_gateway", after: {} },
      "a default route": { type: "aws_route", after: { destination_cidr_block: "0.0.0.0/0" } },
      "a network that is not known yet": {
        type: "aws_vpc_security_group_egress_rule",
        after: {},
        unknown: { cidr_ipv4: true },
      },
      "a public subnet": { type: "aws_subnet", after: { map_public_ip_on_launch: true } },
      "a new instance that may be public": unknownOf(
        "aws_rds_cluster_instance",
        "publicly_accessible",
        "terraform_data.it.output",
      ),
      "a public load balancer": { type: "aws_lb", after: { internal: false } },
      "from another group of this stack": {
        changes: [
          { type: "aws_security_group", actions: ["no-op"], before: { id: "sg-1" }, after: { id: "sg-1" } },
          {
            type: "aws_vpc_security_group_ingress_rule",
            after: { referenced_security_group_id: "sg-1", from_port: 443, to_port: 443 },
          },
        ],
        plan: {},
      },
      "from a group that is not known yet": {
        type: "aws_vpc_security_group_ingress_rule",
        after: { from_port: 443, to_port: 443 },
        unknown: { referenced_security_group_id: true },
      },
      "a rule in a new group, from nobody knows where": unknownOf(
        "aws_security_group",
        "ingress",
        "terraform_data.it.output",
      ),
      "other groups of a database": change(
        "aws_rds_cluster",
        { vpc_security_group_ids: ["sg-1"] },
        { vpc_security_group_ids: ["sg-2"] },
      ),
      "other groups of a function": change(
        "aws_lambda_function",
        { vpc_config: [{ security_group_ids: ["sg-1"] }] },
        { vpc_config: [{ security_group_ids: ["sg-1", "sg-2"] }] },
      ),
    },
    silent: {
      "a new group whose provider says what is in it": {
        type: "aws_security_group",
        after: { name: "a" },
        unknown: { ingress: true, egress: true },
      },
      "a new instance whose provider says whether it is public": {
        type: "aws_rds_cluster_instance",
        after: {},
        unknown: { publicly_accessible: true },
      },
      "fewer ports": change(
        "aws_vpc_security_group_ingress_rule",
        { from_port: 0, to_port: 65535 },
        { from_port: 443, to_port: 443 },
      ),
    },
  },
  R07: {
    fires: {
      "it goes": { type: "aws_vpc_endpoint", before: { policy: policy(allow("a:B")) } },
      "its policy allows more": change(
        "aws_vpc_endpoint",
        { policy: policy(allow("a:B", "x")) },
        { policy: policy(allow("a:B", "*")) },
      ),
      "its policy goes": change("aws_vpc_endpoint", { policy: policy(allow("a:B")) }, { policy: null }),
      "somebody's own service": {
        type: "aws_vpc_endpoint",
        after: { service_name: "com.amazonaws.vpce.eu-west-1.vpce-svc-1", policy: policy(allow("a:B")) },
      },
      "a new one for everybody": {
        type: "aws_vpc_endpoint",
        after: {
          service_name: "com.amazonaws.eu-west-1.s3",
          policy: policy({ ...allow("s3:GetObject"), ...everybody }),
        },
      },
    },
    silent: {
      "its policy allows less": change(
        "aws_vpc_endpoint",
        { policy: policy(allow("a:*")) },
        { policy: policy(allow("a:B")) },
      ),
      "a new one for this account": ours({
        type: "aws_vpc_endpoint",
        after: {
          service_name: "com.amazonaws.eu-west-1.secretsmanager",
          policy: policy({
            ...allow("secretsmanager:GetSecretValue"),
            ...everybody,
            Condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } },
          }),
        },
      }),
    },
  },
};
