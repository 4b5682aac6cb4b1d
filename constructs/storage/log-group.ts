import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";
import type { FunctionHost } from "../contracts/function-host";

/** A log group that is encrypted and forgets. */
export function logGroup(
  scope: Construct,
  id: string,
  name: string,
  { logsKeyArn, logRetentionDays }: Pick<FunctionHost, "logsKeyArn" | "logRetentionDays">,
): CloudwatchLogGroup {
  return new CloudwatchLogGroup(scope, id, { name, kmsKeyId: logsKeyArn, retentionInDays: logRetentionDays });
}
