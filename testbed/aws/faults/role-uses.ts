import type { ApiCall } from "../api-calls";
import type { ServiceError } from "./errors";

/** A role that a service is to take, and what the service says where it does not know the role yet. */
export interface RoleUse {
  readonly roleName: string;
  readonly refusal: ServiceError;
  /** What the service says where it knows the role, and not yet its policies. @default - it does not ask for any */
  readonly powerless?: ServiceError;
}

interface KnownUse {
  readonly service: string;
  readonly actions: readonly string[];
  readonly roleArn: (input: Readonly<Record<string, unknown>>) => unknown;
  readonly refusal: ServiceError;
  readonly powerless?: ServiceError;
}

/**
 * AWS Lambda Developer Guide, "Troubleshoot configuration issues"; EventBridge Scheduler User Guide, "Troubleshooting";
 * of Amazon EC2 and RDS what hashicorp/terraform-provider-aws expects (internal/service/ec2/vpc_flow_log.go and
 * internal/service/rds/cluster_instance.go).
 */
const USES: readonly KnownUse[] = [
  {
    service: "lambda",
    actions: ["CreateFunction", "UpdateFunctionConfiguration"],
    roleArn: ({ Role }) => Role,
    refusal: {
      status: 400,
      code: "InvalidParameterValueException",
      message: "The role defined for the function cannot be assumed by Lambda.",
    },
    powerless: {
      status: 400,
      code: "InvalidParameterValueException",
      message: "The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
    },
  },
  {
    service: "scheduler",
    actions: ["CreateSchedule", "UpdateSchedule"],
    roleArn: ({ Target }) => Object(Target).RoleArn,
    refusal: {
      status: 400,
      code: "ValidationException",
      message: "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    },
  },
  {
    service: "ec2",
    actions: ["CreateFlowLogs"],
    roleArn: ({ DeliverLogsPermissionArn }) => DeliverLogsPermissionArn,
    refusal: { status: 400, code: "InvalidParameter", message: "Unable to assume given IAM role" },
  },
  {
    service: "rds",
    actions: ["CreateDBInstance", "ModifyDBInstance"],
    roleArn: ({ MonitoringRoleArn }) => MonitoringRoleArn,
    refusal: {
      status: 400,
      code: "InvalidParameterValue",
      message:
        "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
    },
  },
];

/** @param body of the request; operations by path have what is asked only there. */
export function roleUse({ service, action, input }: ApiCall, body: string | undefined): RoleUse | undefined {
  const use = USES.find((one) => one.service === service && one.actions.includes(action));
  if (use === undefined) return undefined;
  const asked = body?.startsWith("{") ? (JSON.parse(body) as Record<string, unknown>) : input;
  const arn = use.roleArn(asked);
  if (typeof arn !== "string") return undefined;
  const { refusal, powerless } = use;
  const needsPolicies = asked.VpcConfig !== undefined;
  return { roleName: arn.replace(/^.*\//, ""), refusal, ...(needsPolicies && { powerless }) };
}
