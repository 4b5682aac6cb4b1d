import { attachStatements, writeLogStatement } from "../../../constructs/functions/execution-policy";

const [attach, deny, ...more] = attachStatements("arn:function");

test("lets the function write its own log and create no group", () => {
  expect(writeLogStatement("arn:log-group")).toEqual({
    sid: "WriteLog",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: ["arn:log-group:*"],
  });
});

test("lets Lambda attach the function to the VPC", () => {
  expect(attach).toEqual({
    sid: "AttachToVpc",
    actions: [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
    resources: ["*"],
  });
});

test("denies the function's own code everything about network interfaces", () => {
  expect(deny).toEqual({
    sid: "DenyNetworkInterfacesToCode",
    effect: "Deny",
    actions: [...(attach?.actions ?? []), "ec2:DetachNetworkInterface"],
    resources: ["*"],
    condition: [{ test: "ArnEquals", variable: "lambda:SourceFunctionArn", values: ["arn:function"] }],
  });
});

test("allows nothing else", () => {
  expect(more).toEqual([]);
});
