import { type Attributes, blocks, type GuardRule } from "../guard-rule";

const WAYS_OUT = /^aws_(internet_gateway|egress_only_internet_gateway|nat_gateway|eip)$/;
const ROUTES = /^aws_(route|route_table|default_route_table)$/;
const PUBLIC = ["map_public_ip_on_launch", "associate_public_ip_address", "publicly_accessible"];
const INTERNET = /^(0\.0\.0\.0|::)\/0$/;

/** A way to the internet, or from it: this project's guards count on there being none. */
export const internetPath: GuardRule = {
  name: "internet-path",
  types: new RegExp(
    `${WAYS_OUT.source}|${ROUTES.source}|^aws_(default_)?security_group(_rule)?$|` +
      "^aws_vpc_security_group_(in|e)gress_rule$|^aws_(subnet|instance|db_instance|rds_cluster_instance|lb)$",
  ),
  check: (attributes, { terraformResourceType: type }) => {
    if (WAYS_OUT.test(type)) return ["is a way to the internet. Reach AWS by VPC endpoints instead."];
    const found = [...networks(attributes), ...networksOfBlocks(attributes)].some((one) =>
      INTERNET.test(String(one)),
    );
    if (found)
      return [
        "lets everybody in or out (0.0.0.0/0 or ::/0). Name the group, prefix list or network that is meant.",
      ];
    if (PUBLIC.some((name) => attributes[name] === true)) return ["gets a public address. Leave it out."];
    if (type === "aws_lb" && attributes.internal !== true)
      return ["is reached from the internet. Set internal to true."];
    return [];
  },
};

function networks(attributes: Attributes): readonly unknown[] {
  const names = ["cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks", "destination_cidr_block"];
  return [...names, "destination_ipv6_cidr_block", "cidr_block", "ipv6_cidr_block"].flatMap(
    (name) => attributes[name] ?? [],
  );
}

function networksOfBlocks(attributes: Attributes): readonly unknown[] {
  return ["ingress", "egress", "route"].flatMap((name) => blocks(attributes, name).flatMap(networks));
}
