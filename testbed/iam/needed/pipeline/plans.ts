import type { Environment } from "../../../../constructs/environment";
import type { Caller } from "../../decide";
import { type NeededCalls, of } from "../needed-call";
import { nodeRoleArn } from "../vault";

const PLAN = "npm run diff";
const OWN_SESSIONS =
  'AWS Systems Manager User Guide, "Additional sample IAM policies for Session Manager", its example 4';
const SESSION =
  "AWS Systems Manager User Guide, " +
  '"Start a session with a document by specifying the session documents in IAM policies"';

/** What a plan looks at that has a name of the environment. It reads secrets as `native` says. */
export function planIsMade(calls: NeededCalls, environment: Environment, by: Caller): void {
  const { deployed } = calls;
  const valuesOf = (type: string) => deployed.ofType(type).map(({ values }) => values);
  calls.add(PLAN, by, ["ec2:DescribeVpcs", "kms:DescribeKey", "rds:DescribeDBClusters"], "*");
  for (const { stack, values } of deployed.ofType("aws_iam_role"))
    if (!stack.endsWith("-ci")) calls.add(PLAN, by, of("iam", "GetRole", "GetRolePolicy"), values.arn);
  for (const { arn } of deployed.functions)
    calls.add(PLAN, by, of("lambda", "GetFunction", "GetPolicy"), arn);
  for (const { name } of valuesOf("aws_scheduler_schedule"))
    calls.add(PLAN, by, "scheduler:GetSchedule", deployed.arn("scheduler", `schedule/default/${name}`));
  for (const { bucket } of valuesOf("aws_s3_bucket"))
    calls.add(
      PLAN,
      by,
      of("s3", "GetBucketPolicy", "GetLifecycleConfiguration", "ListBucket"),
      `arn:aws:s3:::${bucket}`,
    );
  for (const { arn } of valuesOf("aws_secretsmanager_secret"))
    calls.add(PLAN, by, of("secretsmanager", "DescribeSecret", "GetResourcePolicy"), arn);
  if (valuesOf("aws_instance").length === 0) return;
  calls.add(PLAN, by, ["ec2:DescribeInstances", "elasticloadbalancing:DescribeLoadBalancers"], "*");
  const profile = nodeRoleArn(environment, deployed).replace(":role/", ":instance-profile/");
  calls.add(PLAN, by, "iam:GetInstanceProfile", profile);
  const parameter = `parameter/${environment.namePrefix}/vault-server/authority`;
  calls.add(PLAN, by, "ssm:GetParameter", deployed.arn("ssm", parameter));
  const image = "parameter/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";
  calls.add(PLAN, by, "ssm:GetParameter", `arn:aws:ssm:${deployed.region}::${image}`);
  if (environment.ci?.vaultTunnel) tunnelIsOpened(calls, environment, by);
}

/** A session is asked about the machine and the document; with a document of AWS's it would lead anywhere. */
function tunnelIsOpened(calls: NeededCalls, { name }: Environment, by: Caller): void {
  const { deployed } = calls;
  const checked = { "ssm:SessionDocumentAccessCheck": "true" };
  const ofServer = { "aws:ResourceTag/Stack": `${name}-vault-server` };
  const instance = deployed.arn("ec2", "instance/i-0a1b2c3d");
  calls.add(SESSION, by, "ssm:StartSession", instance, { context: { ...ofServer, ...checked } });
  for (const { values } of deployed.ofType("aws_ssm_document")) {
    const document = deployed.arn("ssm", `document/${values.name}`);
    calls.add(PLAN, by, of("ssm", "DescribeDocument", "DescribeDocumentPermission", "GetDocument"), document);
    calls.add(SESSION, by, "ssm:StartSession", document, { context: checked });
  }
  calls.add(SESSION, by, "ssmmessages:OpenDataChannel", "*");
  const own = {
    "aws:userid": "AROA0EXAMPLE:run",
    "ssm:resourceTag/aws:ssmmessages:session-id": "AROA0EXAMPLE:run",
  };
  const session = deployed.arn("ssm", "session/run-0a1b2c3d");
  calls.add(OWN_SESSIONS, by, of("ssm", "ResumeSession", "TerminateSession"), session, { context: own });
}
