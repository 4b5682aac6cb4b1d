import { FlowLogs } from "../../../constructs/network/flow-logs";
import { account, logsKeyArn } from "../../support/fixtures";
import { synthesize } from "../../support/template";

const { template } = synthesize(
  (scope) =>
    new FlowLogs(scope, "FlowLogs", {
      account,
      name: "app",
      vpcId: "vpc-1",
      logsKeyArn,
      logRetentionDays: 90,
    }),
);
const role = template.resource("aws_iam_role");
const logGroup = template.reference("arn", "aws_cloudwatch_log_group");

test("records accepted and rejected traffic of the VPC", () => {
  expect(template.resource("aws_flow_log")).toMatchObject({
    vpc_id: "vpc-1",
    traffic_type: "ALL",
    log_destination: logGroup,
    iam_role_arn: template.reference("arn", "aws_iam_role"),
  });
});

test("goes to an encrypted log group that forgets", () => {
  expect(template.resource("aws_cloudwatch_log_group")).toEqual({
    name: "/aws/vpc-flow-logs/app",
    kms_key_id: logsKeyArn,
    retention_in_days: 90,
  });
});

test("trusts the service on behalf of this account's flow logs only", () => {
  expect(template.statements(role.assume_role_policy)).toEqual([
    {
      actions: ["sts:AssumeRole"],
      principals: [{ type: "Service", identifiers: ["vpc-flow-logs.amazonaws.com"] }],
      condition: [
        { test: "StringEquals", variable: "aws:SourceAccount", values: ["111122223333"] },
        {
          test: "ArnLike",
          variable: "aws:SourceArn",
          values: ["arn:aws:ec2:ap-northeast-2:111122223333:vpc-flow-log/*"],
        },
      ],
    },
  ]);
});

test("may write into its own log group and nothing else", () => {
  const [policy] = template.resources("aws_iam_role_policy");
  expect(template.statements(policy?.policy)).toEqual([
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      resources: [logGroup, `${logGroup}:*`],
    },
    { sid: "FindLogGroups", actions: ["logs:DescribeLogGroups"], resources: ["*"] },
  ]);
  expect(template.resources("aws_iam_role_policy")).toHaveLength(1);
  expect(template.resources("aws_iam_role_policy_attachment")).toEqual([]);
});

test("keeps its shape", () => {
  expect(template.snapshot()).toMatchSnapshot();
});
