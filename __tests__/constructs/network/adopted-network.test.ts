import { TerraformOutput } from "cdktf";
import { AdoptedNetwork } from "../../../constructs/network/adopted-network";
import { synthesize } from "../../support/template";

const props = { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };

test("makes nothing, and asks AWS nothing while nobody needs to know where it is", () => {
  const { built, template } = synthesize((scope) => new AdoptedNetwork(scope, "Network", props));
  expect(built).toMatchObject(props);
  expect(template.addresses).toEqual([]);
  expect(JSON.parse(template.text)).not.toHaveProperty("data");
});

test("asks AWS once where VPC and subnets are, if somebody needs to know", () => {
  const { built, template, resolve } = synthesize((scope) => {
    const network = new AdoptedNetwork(scope, "Network", props);
    new TerraformOutput(scope, "vpc", { value: network.addresses.vpc });
    new TerraformOutput(scope, "subnets", { value: network.addresses.subnets });
    return network;
  });
  const { data } = JSON.parse(template.text);
  const ids = (type: string) => Object.values<{ id: string }>(data[type]).map(({ id }) => id);
  expect([ids("aws_vpc"), ids("aws_subnet")]).toEqual([["vpc-1"], ["subnet-1", "subnet-2"]]);
  const [vpc] = Object.keys(data.aws_vpc);
  const subnets = Object.keys(data.aws_subnet);
  expect(resolve(built.addresses)).toEqual({
    vpc: `\${data.aws_vpc.${vpc}.cidr_block}`,
    subnets: subnets.map((subnet) => `\${data.aws_subnet.${subnet}.cidr_block}`),
  });
});
