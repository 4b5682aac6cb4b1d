import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

const NETWORK_INTERFACE_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/** What Lambda needs to write what the function prints. */
export function writeLogStatement(logGroupArn: string): DataAwsIamPolicyDocumentStatement {
  return {
    sid: "WriteLog",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [`${logGroupArn}:*`],
  };
}

/**
 * What Lambda needs on behalf of a function in a VPC. The network interface actions must be allowed on all resources
 * or Lambda refuses the function; they are denied to the function's own code (AWS Lambda Developer Guide, "Giving
 * Lambda functions access to resources in an Amazon VPC").
 */
export function attachStatements(functionArn: string): DataAwsIamPolicyDocumentStatement[] {
  return [
    { sid: "AttachToVpc", actions: NETWORK_INTERFACE_ACTIONS, resources: ["*"] },
    {
      sid: "DenyNetworkInterfacesToCode",
      effect: "Deny",
      actions: [...NETWORK_INTERFACE_ACTIONS, "ec2:DetachNetworkInterface"],
      resources: ["*"],
      condition: [{ test: "ArnEquals", variable: "lambda:SourceFunctionArn", values: [functionArn] }],
    },
  ];
}
