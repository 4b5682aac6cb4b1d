import type { Caller } from "../../decide";
import type { NeededCalls } from "../needed-call";

const TAGS = 'Amazon EC2 User Guide, "Grant permission to tag Amazon EC2 resources during creation"';
const PASSED = 'IAM User Guide, "Grant a user permissions to pass a role to an AWS service"';
const FIRST = 'IAM User Guide, "Create a service-linked role"';

/** What EC2 asks for behind a call that makes something with tags. */
export function madeWithTags(calls: NeededCalls, by: Caller, kind: string, action: string): void {
  calls.add(TAGS, by, "ec2:CreateTags", calls.deployed.arn("ec2", `${kind}/id-0a1b2c3d`), {
    context: { "ec2:CreateAction": action },
  });
}

/** What IAM asks for behind a call that hands a role to a service. */
export function roleIsPassed(calls: NeededCalls, by: Caller, roleArn: string, service: string): void {
  calls.add(PASSED, by, "iam:PassRole", roleArn, {
    context: { "iam:PassedToService": `${service}.amazonaws.com` },
  });
}

/** What IAM asks for behind the first use of a service in an account. */
export function serviceIsUsedFirst(calls: NeededCalls, by: Caller, host: string, name: string): void {
  const arn = calls.deployed.roleArn(`aws-service-role/${host}/${name}`);
  calls.add(FIRST, by, "iam:CreateServiceLinkedRole", arn, { context: { "iam:AWSServiceName": host } });
}
