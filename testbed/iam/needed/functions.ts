import { role, service } from "../callers";
import type { DeployedFunction } from "../deployed";
import { type NeededCalls, of } from "./needed-call";

const EXECUTION = 'AWS Lambda Developer Guide, "Defining Lambda function permissions with an execution role"';
const VPC = 'AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC"';

/** What Lambda itself does with the role of a function. */
export function callsForFunction(calls: NeededCalls, { name, roleArn, isInVpc }: DeployedFunction): void {
  const { deployed } = calls;
  const self = role(deployed, roleArn);
  calls.add(EXECUTION, service("lambda.amazonaws.com"), "sts:AssumeRole", roleArn);
  calls.add(
    EXECUTION,
    self,
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    deployed.arn("logs", `log-group:/aws/lambda/${name}:log-stream:2026/11/28/[$LATEST]1`),
  );
  if (!isInVpc) return;
  const actions = [
    ...["CreateNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "DeleteNetworkInterface"],
    ...["AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"],
  ];
  // Lambda refuses a function whose role is held to network interfaces.
  calls.add(VPC, self, of("ec2", ...actions), "*");
}
