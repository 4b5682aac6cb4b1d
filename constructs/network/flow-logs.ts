import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { onBehalfOf, serviceRole } from "../access/service-role";
import type { Account } from "../contracts/account";
import { logGroup } from "../storage/log-group";

export interface FlowLogsProps {
  readonly account: Account;
  readonly name: string;
  readonly vpcId: string;
  /** Key that encrypts the log group. */
  readonly logsKeyArn: string;
  readonly logRetentionDays: number;
}

/** Log group of a VPC's traffic. */
export function flowLogGroupName(name: string): string {
  return `/aws/vpc-flow-logs/${name}`;
}

/** All traffic of a VPC, accepted and rejected, in an encrypted log group. */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);

    const { arn } = logGroup(this, "LogGroup", flowLogGroupName(props.name), props);
    const { role, policy } = this.deliveryRole(props, arn);
    new FlowLog(this, "Resource", {
      vpcId: props.vpcId,
      trafficType: "ALL",
      maxAggregationInterval: 60,
      logDestinationType: "cloud-watch-logs",
      logDestination: arn,
      iamRoleArn: role.arn,
      tags: { Name: props.name },
      dependsOn: [policy],
    });
  }

  /**
   * Trusts the service only on behalf of this account's flow logs (Amazon VPC User Guide, "IAM role for flow logs").
   */
  private deliveryRole({ account, name }: FlowLogsProps, logGroupArn: string) {
    const role = serviceRole(this, {
      name: `${name}-flow-logs`,
      service: "vpc-flow-logs",
      condition: onBehalfOf(account, [account.arn("ec2", "vpc-flow-log/*")]),
    });
    const delivery = new DataAwsIamPolicyDocument(this, "Delivery", {
      statement: [
        {
          actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
          resources: [logGroupArn, `${logGroupArn}:*`],
        },
        // It cannot be held to log groups (Service Authorization Reference, "Amazon CloudWatch Logs").
        { sid: "FindLogGroups", actions: ["logs:DescribeLogGroups"], resources: ["*"] },
      ],
    });
    const policy = new IamRolePolicy(this, "RolePolicy", {
      name: "deliver",
      role: role.name,
      policy: delivery.json,
    });
    return { role, policy };
  }
}
