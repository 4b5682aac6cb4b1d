import { DnsFirewall } from "../../../constructs/network/dns-firewall";
import { logsKeyArn } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const { template } = synthesize(
  (scope) =>
    new DnsFirewall(scope, "DnsFirewall", {
      name: "app",
      vpcId: "vpc-1",
      allowedNames: ["*.example.internal"],
      logsKeyArn,
      logRetentionDays: 30,
    }),
);
const rule = (name: string) => template.resource("aws_route53_resolver_firewall_rule", { name });
const listOf = (name: string) =>
  template.resource("aws_route53_resolver_firewall_domain_list", { name }).domains;

test("writes names as AWS answers them, so that a plan has no difference", () => {
  expect(listOf("app-allow")).toEqual(["*.example.internal."]);
  expect(listOf("app-block")).toEqual(["*."]);
});

test("allows the names, and what they lead to, before it blocks all others", () => {
  expect(rule("app-allow")).toMatchObject({
    action: "ALLOW",
    firewall_domain_redirection_action: "TRUST_REDIRECTION_DOMAIN",
    firewall_domain_list_id: template.reference(
      "id",
      "aws_route53_resolver_firewall_domain_list",
      "Names-allow",
    ),
  });
  expect(rule("app-block")).toMatchObject({
    action: "BLOCK",
    block_response: "NXDOMAIN",
    firewall_domain_list_id: template.reference(
      "id",
      "aws_route53_resolver_firewall_domain_list",
      "Names-block",
    ),
  });
  expect(rule("app-allow").priority).toBeLessThan(rule("app-block").priority);
});

test("holds in the VPC once both rules are there", () => {
  const association = template.resource("aws_route53_resolver_firewall_rule_group_association");
  expect(association).toMatchObject({
    vpc_id: "vpc-1",
    firewall_rule_group_id: template.reference("id", "aws_route53_resolver_firewall_rule_group"),
  });
  expect([...association.depends_on].sort()).toEqual([
    template.address("aws_route53_resolver_firewall_rule", "Rule-allow"),
    template.address("aws_route53_resolver_firewall_rule", "Rule-block"),
  ]);
});

test("logs all queries of the VPC, encrypted, for a while", () => {
  expect(template.resource("aws_cloudwatch_log_group")).toMatchObject({
    name: "/aws/route53resolver/app",
    kms_key_id: logsKeyArn,
    retention_in_days: 30,
  });
  expect(template.resource("aws_route53_resolver_query_log_config").destination_arn).toBe(
    template.reference("arn", "aws_cloudwatch_log_group"),
  );
  expect(template.resource("aws_route53_resolver_query_log_config_association")).toMatchObject({
    resolver_query_log_config_id: template.reference("id", "aws_route53_resolver_query_log_config"),
    resource_id: "vpc-1",
  });
});

test("keeps its addresses", () => {
  expect(template.addresses).toMatchInlineSnapshot(`
    [
      "aws_cloudwatch_log_group.DnsFirewall_LogGroup_20FF3715",
      "aws_route53_resolver_firewall_domain_list.DnsFirewall_Names-allow_0B2FEFEE",
      "aws_route53_resolver_firewall_domain_list.DnsFirewall_Names-block_561E2477",
      "aws_route53_resolver_firewall_rule.DnsFirewall_Rule-allow_076D22A9",
      "aws_route53_resolver_firewall_rule.DnsFirewall_Rule-block_63ABFBC0",
      "aws_route53_resolver_firewall_rule_group.DnsFirewall_RuleGroup_DF6FDE12",
      "aws_route53_resolver_firewall_rule_group_association.DnsFirewall_Association_75689B24",
      "aws_route53_resolver_query_log_config.DnsFirewall_QueryLog_D78E9F68",
      "aws_route53_resolver_query_log_config_association.DnsFirewall_QueryLogAssociation_6B630951",
    ]
  `);
});
