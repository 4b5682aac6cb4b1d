import { QuotaMonitor } from "../../../constructs/operations/quota-monitor";
import { account, host, rotationZip } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const { template } = synthesize((scope) => {
  new QuotaMonitor(scope, "Monitor", { host, code: rotationZip });
});

test("reads usage and these three limits, and nothing else", () => {
  const { policy } = template.resource("aws_iam_role_policy", { name: "readquotas" });
  const quota = (path: string) => account.arn("servicequotas", path);
  expect(template.statements(policy).map(({ actions, resources }) => ({ actions, resources }))).toEqual([
    { actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcEndpoints"], resources: ["*"] },
    {
      actions: ["servicequotas:GetServiceQuota"],
      resources: [quota("vpc/L-29B6F2EB"), quota("vpc/L-DF5E4CA3"), quota("lambda/L-9FEE3D26")],
    },
    { actions: ["servicequotas:GetAWSDefaultServiceQuota"], resources: ["*"] },
  ]);
});

test("is outside the VPC, and about this one", () => {
  const { vpc_config, environment } = template.resource("aws_lambda_function");
  expect(vpc_config).toBeUndefined();
  expect(environment.variables).toEqual({ ENVIRONMENT_NAME: "app", VPC_ID: "vpc-1" });
});
