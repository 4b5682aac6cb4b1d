import { AllowedEgress, AllowedTraffic, SecurityGroup } from "../../../constructs/network/security-group";
import { synthesize } from "../../support/template";

const { resolve, built, template } = synthesize((scope) => {
  const props = { vpcId: "vpc-1", description: "Functions" };
  const client = new SecurityGroup(scope, "Client", { ...props, name: "client" });
  const server = new SecurityGroup(scope, "Server", { ...props, name: "server" });
  const traffic = new AllowedTraffic(scope, "Traffic", {
    fromSecurityGroupId: client.id,
    toSecurityGroupId: server.id,
    port: 5432,
    description: "Client asks server",
  });
  return { client, server, traffic };
});

test("a group waits an hour for Lambda's network interfaces when it is destroyed", () => {
  expect(template.resource("aws_security_group", { name: "client" })).toEqual({
    name: "client",
    vpc_id: "vpc-1",
    description: "Functions",
    tags: { Name: "client" },
    timeouts: { delete: "60m" },
  });
});

test("traffic leaves the client to the server on one TCP port", () => {
  expect(template.resource("aws_vpc_security_group_egress_rule")).toEqual({
    security_group_id: resolve(built.client.id),
    referenced_security_group_id: resolve(built.server.id),
    ip_protocol: "tcp",
    from_port: 5432,
    to_port: 5432,
    description: "Client asks server",
  });
});

test("traffic enters the server from the client on the same port", () => {
  expect(template.resource("aws_vpc_security_group_ingress_rule")).toEqual({
    security_group_id: resolve(built.server.id),
    referenced_security_group_id: resolve(built.client.id),
    ip_protocol: "tcp",
    from_port: 5432,
    to_port: 5432,
    description: "Client asks server",
  });
});

test("whoever connects can wait for both rules", () => {
  expect(built.traffic.rules.map((rule) => resolve(rule.fqn))).toEqual([
    template.reference("", "aws_vpc_security_group_egress_rule"),
    template.reference("", "aws_vpc_security_group_ingress_rule"),
  ]);
});

test("traffic to addresses leaves on one TCP port, and no group but the client's is touched", () => {
  const { template } = synthesize(
    (scope) =>
      new AllowedEgress(scope, "Traffic", {
        fromSecurityGroupId: "sg-client",
        toCidr: "10.90.0.0/24",
        port: 8200,
        description: "Client asks server",
      }),
  );
  expect(template.resource("aws_vpc_security_group_egress_rule")).toEqual({
    security_group_id: "sg-client",
    cidr_ipv4: "10.90.0.0/24",
    ip_protocol: "tcp",
    from_port: 8200,
    to_port: 8200,
    description: "Client asks server",
  });
  expect(template.addresses).toHaveLength(1);
});
