import { PrivateNetwork } from "../../../constructs/network/private-network";
import { account, logsKeyArn } from "../../support/fixtures";
import { synthesize } from "../../support/template";

function privateNetwork(zones: string[]) {
  return synthesize(
    (scope) =>
      new PrivateNetwork(scope, "Network", {
        account,
        name: "app",
        cidr: "10.20.0.0/16",
        zones,
        logsKeyArn,
        logRetentionDays: 30,
      }),
  );
}

const { resolve, built, template } = privateNetwork(["ap-northeast-2a", "ap-northeast-2c"]);
const vpcId = template.reference("id", "aws_vpc");

test("answers private DNS names", () => {
  expect(template.resource("aws_vpc")).toMatchObject({
    cidr_block: "10.20.0.0/16",
    enable_dns_support: true,
    enable_dns_hostnames: true,
  });
});

test("has one private subnet in each zone, without public addresses", () => {
  const subnets = template.resources("aws_subnet");
  expect(subnets.map((subnet) => subnet.availability_zone)).toEqual(["ap-northeast-2a", "ap-northeast-2c"]);
  for (const subnet of subnets)
    expect(subnet).toMatchObject({ vpc_id: vpcId, map_public_ip_on_launch: false });
  expect(resolve(built.subnetIds)).toEqual([
    template.reference("id", "aws_subnet", "Subnet-a"),
    template.reference("id", "aws_subnet", "Subnet-c"),
  ]);
});

test("gives a zone the same addresses whatever other zones there are", () => {
  const blockOfZoneC = (zones: string[]) =>
    privateNetwork(zones).template.resource("aws_subnet", { availability_zone: "ap-northeast-2c" })
      .cidr_block;
  expect(blockOfZoneC(["ap-northeast-2c", "ap-northeast-2a", "ap-northeast-2b"])).toBe(
    blockOfZoneC(["ap-northeast-2a", "ap-northeast-2c"]),
  );
});

test("gives different zones different addresses", () => {
  const blocks = template.resources("aws_subnet").map((subnet) => subnet.cidr_block);
  expect(blocks).toEqual([0, 2].map((block) => `\${cidrsubnet("10.20.0.0/16", 4, ${block})}`));
});

test("has one route table with no route, for every subnet", () => {
  expect(template.resource("aws_route_table")).toEqual({ vpc_id: vpcId, tags: { Name: "app-private" } });
  const routeTable = template.reference("id", "aws_route_table");
  expect(template.resources("aws_route_table_association")).toEqual(
    resolve(built.subnetIds).map((subnet) => ({ route_table_id: routeTable, subnet_id: subnet })),
  );
});

test("makes nothing that leads out of the VPC", () => {
  const types = new Set(template.addresses.map((address) => address.split(".")[0]));
  expect([...types].sort()).toEqual([
    "aws_cloudwatch_log_group",
    "aws_default_security_group",
    "aws_flow_log",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_route_table",
    "aws_route_table_association",
    "aws_subnet",
    "aws_vpc",
  ]);
});

test("empties the default security group", () => {
  expect(template.resource("aws_default_security_group")).toEqual({ vpc_id: vpcId });
});

test("waits an hour for Lambda's network interfaces when a subnet is destroyed", () => {
  for (const subnet of template.resources("aws_subnet")) expect(subnet.timeouts).toEqual({ delete: "60m" });
});

test("records its traffic", () => {
  expect(template.resource("aws_flow_log").vpc_id).toBe(vpcId);
});

test("keeps its addresses", () => {
  expect(template.addresses).toMatchSnapshot();
});
