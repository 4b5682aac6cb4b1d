import {
  AdoptedVaultServer,
  type AdoptedVaultServerProps,
} from "../../../../constructs/vault/server/adopted-server";
import { host, lambdaSecurityGroupId, network } from "../../../support/fixtures";
import { synthesize } from "../../../support/template";

const props: AdoptedVaultServerProps = { host, port: 8200 };
const toVault = {
  ip_protocol: "tcp",
  from_port: 8200,
  to_port: 8200,
  description: "Lambda functions read secrets from Vault",
};
const inVpc = { location: { securityGroupId: "sg-vault", stsEndpoint: true } };

const withoutSts = { location: { securityGroupId: "sg-vault", stsEndpoint: false } };

function vaultServer(changes: Partial<AdoptedVaultServerProps> = {}) {
  return synthesize((scope) => new AdoptedVaultServer(scope, "Server", { ...props, ...changes }));
}

test("leads to Vault's security group by its port and no other", () => {
  const { template } = vaultServer(withoutSts);
  expect(template.resources("aws_vpc_security_group_egress_rule")).toEqual([
    { ...toVault, security_group_id: lambdaSecurityGroupId, referenced_security_group_id: "sg-vault" },
  ]);
  expect(template.resources("aws_vpc_security_group_ingress_rule")).toEqual([
    { ...toVault, security_group_id: "sg-vault", referenced_security_group_id: lambdaSecurityGroupId },
  ]);
  expect(template.addresses).toHaveLength(2);
});

test("leads to the addresses of a Vault elsewhere, whose security group is not ours", () => {
  const { template } = vaultServer({ location: { cidrs: ["10.90.0.0/24", "10.91.0.7/32"] } });
  expect(template.resources("aws_vpc_security_group_egress_rule")).toEqual(
    ["10.90.0.0/24", "10.91.0.7/32"].map((cidr_ipv4) => ({
      ...toVault,
      security_group_id: lambdaSecurityGroupId,
      cidr_ipv4,
    })),
  );
  expect(template.addresses).toHaveLength(2);
});

test("a rule keeps its address when another block is removed", () => {
  const [both, one] = [["10.90.0.0/24", "10.91.0.7/32"], ["10.91.0.7/32"]].map(
    (cidrs) => vaultServer({ location: { cidrs } }).template.addresses,
  );
  expect(both).toEqual(expect.arrayContaining(one ?? []));
});

test("leads into the VPC if nothing is said, and no further", () => {
  const { template } = vaultServer();
  expect(template.resource("aws_vpc_security_group_egress_rule").cidr_ipv4).toBe(network.addresses.vpc);
});

test("uses another port where Vault listens there", () => {
  const rule = vaultServer({ port: 443 }).template.resource("aws_vpc_security_group_egress_rule");
  expect([rule.from_port, rule.to_port]).toEqual([443, 443]);
});

describe("an STS endpoint", () => {
  const { template } = vaultServer(inVpc);
  const endpoint = template.resource("aws_vpc_endpoint");

  test("is in the functions' subnets, in a group of its own", () => {
    expect(endpoint).toMatchObject({
      service_name: "com.amazonaws.ap-northeast-2.sts",
      subnet_ids: network.subnetIds,
      security_group_ids: [template.reference("id", "aws_security_group")],
    });
  });

  test("checks who signed a request and passes nothing else", () => {
    expect(template.statements(endpoint.policy)).toEqual([
      {
        sid: "CheckLogins",
        actions: ["sts:GetCallerIdentity"],
        resources: ["*"],
        principals: [{ type: "AWS", identifiers: ["*"] }],
        condition: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: ["111122223333"] }],
      },
    ]);
  });

  test("is reached by Vault alone", () => {
    const group = template.reference("id", "aws_security_group");
    const https = { ip_protocol: "tcp", from_port: 443, to_port: 443 };
    expect(
      template.resource("aws_vpc_security_group_ingress_rule", { security_group_id: group }),
    ).toMatchObject({ ...https, referenced_security_group_id: "sg-vault" });
    expect(
      template.resource("aws_vpc_security_group_egress_rule", { security_group_id: "sg-vault" }),
    ).toMatchObject({ ...https, referenced_security_group_id: group });
  });

  test.each(["created", "adopted"] as const)(
    "has a name of its own in a VPC that is %s, and leaves STS's usual one to others",
    (kind) => {
      const { built, template, resolve } = vaultServer({
        ...inVpc,
        host: { ...host, network: { ...network, kind } },
      });
      expect(template.resource("aws_vpc_endpoint").private_dns_enabled).toBe(false);
      expect(resolve(built.stsUrl)).toBe(
        `https://${template.reference("dns_entry[0].dns_name", "aws_vpc_endpoint")}`,
      );
    },
  );
});

test("there is no STS endpoint where Vault has another way to STS", () => {
  const { built, template } = vaultServer(withoutSts);
  expect(template.resources("aws_vpc_endpoint")).toEqual([]);
  expect(built.stsUrl).toBeUndefined();
  expect(built.endpoints).toEqual({});
});

test("keeps its shape", () => {
  expect(vaultServer(withoutSts).template.snapshot()).toMatchSnapshot();
});
