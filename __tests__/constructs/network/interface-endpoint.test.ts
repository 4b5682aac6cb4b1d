import { InterfaceEndpoint } from "../../../constructs/network/interface-endpoint";
import { account, network } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const { template } = synthesize(
  (scope) =>
    new InterfaceEndpoint(scope, "Endpoint", {
      account,
      name: "app-sqs",
      service: "sqs",
      network,
      securityGroupId: "sg-endpoint",
      policy: [{ sid: "Send", actions: ["sqs:SendMessage"], resources: ["arn:queue"] }],
    }),
);
const endpoint = template.resource("aws_vpc_endpoint");

test("answers under the service's usual host name in every subnet", () => {
  expect(endpoint).toMatchObject({
    vpc_endpoint_type: "Interface",
    service_name: "com.amazonaws.ap-northeast-2.sqs",
    private_dns_enabled: true,
    vpc_id: network.vpcId,
    subnet_ids: network.subnetIds,
  });
});

test("has its own security group, not the VPC's default one", () => {
  expect(endpoint.security_group_ids).toEqual(["sg-endpoint"]);
});

test("lets principals of the account pass and nobody else, for what the policy names", () => {
  expect(template.statements(endpoint.policy)).toEqual([
    {
      sid: "Send",
      actions: ["sqs:SendMessage"],
      resources: ["arn:queue"],
      principals: [{ type: "AWS", identifiers: ["*"] }],
      condition: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: ["111122223333"] }],
    },
  ]);
});

test("keeps its shape", () => {
  expect(template.snapshot()).toMatchSnapshot();
});
