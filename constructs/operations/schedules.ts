import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { onBehalfOf, serviceRole } from "../access/service-role";
import type { Account } from "../contracts/account";

export interface SchedulesProps {
  readonly account: Account;
  /** Start of the names of role and schedules. */
  readonly namePrefix: string;
}

export interface Scheduled {
  /** A `PrivateFunction` or an `AccountFunction`. */
  readonly function: { readonly name: string; readonly functionArn: string };
  /** `rate()` or `cron()` in UTC. */
  readonly expression: string;
  /** The event: no secrets, it is in plan and state. */
  readonly event: object;
}

/** The group that each account has (Amazon EventBridge Scheduler User Guide, "Managing a schedule group"). */
const GROUP = "default";

/** Has EventBridge Scheduler call functions, by a role that may call these and do nothing else. */
export class Schedules extends Construct {
  private readonly functionArns = new Set<string>();
  private readonly role: IamRole;
  private readonly policy: IamRolePolicy;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SchedulesProps,
  ) {
    super(scope, id);
    this.role = this.addRole();
    this.policy = this.addPolicy();
  }

  /** A function has one schedule at most. */
  add({ function: { name, functionArn }, expression, event }: Scheduled): void {
    this.functionArns.add(functionArn);
    new SchedulerSchedule(this, name, {
      name,
      scheduleExpression: expression,
      // All functions of an environment need not begin at the same moment.
      flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 15 },
      target: {
        arn: functionArn,
        roleArn: this.role.arn,
        input: JSON.stringify(event),
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3_600 },
      },
      dependsOn: [this.policy],
    });
  }

  /** Amazon EventBridge Scheduler User Guide, "Confused deputy prevention": the source is a group of schedules. */
  private addRole(): IamRole {
    const { account, namePrefix } = this.props;
    return serviceRole(this, {
      name: `${namePrefix}-schedules`,
      service: "scheduler",
      condition: onBehalfOf(account, [account.arn("scheduler", `schedule-group/${GROUP}`)], "ArnEquals"),
    });
  }

  private addPolicy(): IamRolePolicy {
    const document = new DataAwsIamPolicyDocument(this, "CallDocument", {
      statement: [
        {
          sid: "CallFunctions",
          actions: ["lambda:InvokeFunction"],
          resources: Lazy.listValue({ produce: () => [...this.functionArns] }),
        },
      ],
    });
    return new IamRolePolicy(this, "CallPolicy", {
      name: "call",
      role: this.role.name,
      policy: document.json,
    });
  }
}
