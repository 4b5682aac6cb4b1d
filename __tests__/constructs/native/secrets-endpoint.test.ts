import type { Network } from "../../../constructs/contracts/network";
import { SecretsEndpoint } from "../../../constructs/native/secrets-endpoint";
import { host, lambdaSecurityGroupId, network } from "../../support/fixtures";
import { synthesize } from "../../support/template";

function secretsEndpoint(existingSecurityGroupId?: string, kind: Network["kind"] = "created") {
  return synthesize(
    (scope) =>
      new SecretsEndpoint(scope, "Endpoint", {
        host: { ...host, network: { ...network, kind } },
        secretArns: ["arn:secret:app/*", "arn:superuser"],
        existingSecurityGroupId,
      }),
  );
}

const { built, template, resolve } = secretsEndpoint();
const endpoint = template.resource("aws_vpc_endpoint");
const endpointGroup = template.reference("id", "aws_security_group");

test("is an endpoint of Secrets Manager in a security group of its own", () => {
  expect(endpoint.service_name).toBe("com.amazonaws.ap-northeast-2.secretsmanager");
  expect(endpoint.security_group_ids).toEqual([endpointGroup]);
  expect(template.resource("aws_security_group").vpc_id).toBe(network.vpcId);
});

test("passes what rotating and reading these secrets needs, and nothing else", () => {
  const inAccount = {
    principals: [{ type: "AWS", identifiers: ["*"] }],
    condition: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: ["111122223333"] }],
  };
  expect(template.statements(endpoint.policy)).toEqual([
    {
      sid: "Secrets",
      actions: [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
      resources: ["arn:secret:app/*", "arn:superuser"],
      ...inAccount,
    },
  ]);
});

test("admits TCP 443 from the functions and nothing else", () => {
  const https = {
    ip_protocol: "tcp",
    from_port: 443,
    to_port: 443,
    description: "Lambda functions read and rotate secrets",
  };
  expect(template.resources("aws_vpc_security_group_ingress_rule")).toEqual([
    { ...https, security_group_id: endpointGroup, referenced_security_group_id: lambdaSecurityGroupId },
  ]);
  expect(template.resources("aws_vpc_security_group_egress_rule")).toEqual([
    { ...https, security_group_id: lambdaSecurityGroupId, referenced_security_group_id: endpointGroup },
  ]);
});

test("is ready when endpoint and both rules exist", () => {
  expect(built.ready.map((needed) => resolve(needed.fqn))).toEqual([
    template.reference("", "aws_vpc_endpoint"),
    template.reference("", "aws_vpc_security_group_egress_rule"),
    template.reference("", "aws_vpc_security_group_ingress_rule"),
  ]);
});

test("adds no more than the two rules to an endpoint that exists already", () => {
  const { template } = secretsEndpoint("sg-existing");
  expect(template.addresses.map((address) => address.split(".")[0])).toEqual([
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
  ]);
  expect(template.resource("aws_vpc_security_group_ingress_rule")).toMatchObject({
    security_group_id: "sg-existing",
    referenced_security_group_id: lambdaSecurityGroupId,
    from_port: 443,
    to_port: 443,
  });
  expect(template.resource("aws_vpc_security_group_egress_rule").referenced_security_group_id).toBe(
    "sg-existing",
  );
});

test("keeps its shape around an existing endpoint", () => {
  expect(secretsEndpoint("sg-existing").template.snapshot()).toMatchSnapshot();
});

test("answers for the whole VPC only where the VPC is the environment's own", () => {
  expect(endpoint.private_dns_enabled).toBe(true);
  expect(built.variables).toEqual({});

  const shared = secretsEndpoint(undefined, "adopted");
  expect(shared.template.resource("aws_vpc_endpoint").private_dns_enabled).toBe(false);
  expect(shared.resolve(shared.built.variables)).toEqual({
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `https://${shared.template.reference("dns_entry[0].dns_name", "aws_vpc_endpoint")}`,
  });
});
