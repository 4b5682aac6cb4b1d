import type { ApiCall } from "../api-calls";
import type { ServiceError } from "./errors";

/** Parameters that say of what a read is, by operation. */
const IAM_READS: Readonly<Record<string, readonly string[]>> = {
  GetRole: ["RoleName"],
  GetRolePolicy: ["RoleName", "PolicyName"],
  ListRolePolicies: ["RoleName"],
  ListAttachedRolePolicies: ["RoleName"],
  GetInstanceProfile: ["InstanceProfileName"],
};
const EC2_READS: Readonly<Record<string, readonly string[]>> = {
  DescribeVpcs: ["VpcId.1"],
  DescribeSubnets: ["SubnetId.1"],
  DescribeSecurityGroups: ["GroupId.1"],
  DescribeSecurityGroupRules: ["SecurityGroupRuleId.1"],
  DescribeVpcEndpoints: ["VpcEndpointId.1"],
};
const READS: Readonly<Record<string, typeof IAM_READS>> = { iam: IAM_READS, ec2: EC2_READS };

/** What reads show what a write changed; a write of Amazon EC2 that makes something is in {@link MADE}. */
const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  CreateRole: ["GetRole", "ListRolePolicies", "ListAttachedRolePolicies"],
  DeleteRole: ["GetRole"],
  UpdateAssumeRolePolicy: ["GetRole"],
  PutRolePolicy: ["GetRolePolicy", "ListRolePolicies"],
  DeleteRolePolicy: ["GetRolePolicy", "ListRolePolicies"],
  AttachRolePolicy: ["ListAttachedRolePolicies"],
  DetachRolePolicy: ["ListAttachedRolePolicies"],
  CreateInstanceProfile: ["GetInstanceProfile"],
  AddRoleToInstanceProfile: ["GetInstanceProfile"],
  DeleteSecurityGroup: ["DescribeSecurityGroups"],
  RevokeSecurityGroupIngress: ["DescribeSecurityGroupRules"],
  RevokeSecurityGroupEgress: ["DescribeSecurityGroupRules"],
  ModifyVpcEndpoint: ["DescribeVpcEndpoints"],
  DeleteVpcEndpoints: ["DescribeVpcEndpoints"],
};

interface Made {
  readonly read: string;
  /** Finds its id in the answer. */
  readonly id: RegExp;
  readonly missing: ServiceError;
}

/**
 * What answers of Amazon EC2 name that was not there before, and what a read says of an id that it does not know
 * (Amazon EC2 Developer Guide, "Error codes").
 */
const MADE: Readonly<Record<string, Made>> = {
  CreateVpc: made("DescribeVpcs", /<vpcId>([^<]+)</, "InvalidVpcID.NotFound"),
  CreateSubnet: made("DescribeSubnets", /<subnetId>([^<]+)</, "InvalidSubnetID.NotFound"),
  CreateSecurityGroup: made("DescribeSecurityGroups", /<groupId>([^<]+)</, "InvalidGroup.NotFound"),
  AuthorizeSecurityGroupIngress: madeRule(),
  AuthorizeSecurityGroupEgress: madeRule(),
  CreateVpcEndpoint: made("DescribeVpcEndpoints", /<vpcEndpointId>([^<]+)</, "InvalidVpcEndpointId.NotFound"),
};

function made(read: string, id: RegExp, code: string): Made {
  return { read, id, missing: { status: 400, code, message: "The ID does not exist" } };
}

function madeRule(): Made {
  return made(
    "DescribeSecurityGroupRules",
    /<securityGroupRuleId>([^<]+)</,
    "InvalidSecurityGroupRuleId.NotFound",
  );
}

/** A read, and the name under which its answer is known. */
export interface Read {
  readonly name: string;
  /** Of a service that takes queries, what to ask; of S3, the method. */
  readonly query?: Readonly<Record<string, string>>;
  readonly method?: "GET" | "HEAD";
}

/** The name of what a request reads; undefined if it reads nothing that is known here. */
export function readName({ service, action, input }: ApiCall): string | undefined {
  if (service === "s3")
    return /^(Get|List)/.test(action) ? `${input.Bucket} ${action.replace(/^Get/, "")}` : undefined;
  const values = READS[service]?.[action]?.map((parameter) => input[parameter]);
  return values?.every((value) => value !== undefined) ? [action, ...values].join(" ") : undefined;
}

/** Reads that show what the request is going to change. */
export function readsOf({ service, action, input }: ApiCall): readonly Read[] {
  if (service === "s3") return readsOfBucket(action, String(input.Bucket));
  return (SHOWN_BY[action] ?? []).flatMap((read): Read[] => {
    const parameters = READS[service]?.[read]?.map((name) => [name, parameterOf(input, name)]) ?? [];
    if (parameters.length === 0 || parameters.some(([, value]) => value === undefined)) return [];
    const query = { Action: read, Version: String(input.Version), ...Object.fromEntries(parameters) };
    return [{ name: [read, ...parameters.map(([, value]) => value)].join(" "), query }];
  });
}

/** Of what the answer names for the first time: the name of the read, and what it said before. */
export function readOfMade(
  { action }: Pick<ApiCall, "action">,
  answer: string,
): { readonly name: string; readonly missing: ServiceError } | undefined {
  const { read, id, missing } = MADE[action] ?? {};
  const [, found] = id?.exec(answer) ?? [];
  return found === undefined || missing === undefined ? undefined : { name: `${read} ${found}`, missing };
}

/** Whether an answer will name something for the first time. */
export function makesSomething({ service, action }: Pick<ApiCall, "service" | "action">): boolean {
  return service === "ec2" && action in MADE;
}

/** What is one value for a write is a list of one for a read. */
function parameterOf(input: ApiCall["input"], parameter: string): unknown {
  return input[parameter] ?? input[parameter.replace(/\.1$/, "")];
}

function readsOfBucket(action: string, bucket: string): readonly Read[] {
  if (action === "CreateBucket") return [{ name: `${bucket} ListBucket`, method: "HEAD" }];
  if (!/^(Put|Delete)/.test(action) || action === "DeleteBucket") return [];
  return [{ name: `${bucket} ${action.replace(/^(Put|Delete)/, "")}`, method: "GET" }];
}
