import type { ApiCall, RecordedCall } from "../../aws/api-calls";
import { evaluate, type IamPolicy, type IamRequest } from "../../aws/iam-policy";
import { ec2Requests } from "./ec2-requests";
import type { Place } from "./shown-policies";

/** Which of the calls the policies do not allow: service, action and resource, each once. */
export function notAllowed(
  calls: readonly RecordedCall[],
  policies: readonly IamPolicy[],
  place: Place,
): readonly string[] {
  const refused = calls
    .filter(isOfPrincipal)
    .flatMap((call) => requestsOf(call, place))
    .filter((request) => evaluate(policies, request) !== "allowed")
    .map(({ action, resource }) => `${action} on ${resource}`);
  return [...new Set(refused)].sort();
}

/** What IAM is asked for a call. */
function requestsOf(call: RecordedCall, place: Place): readonly IamRequest[] {
  if (call.service === "ec2") return ec2Requests(call, place);
  const context = {
    ...(call.action === "ChangeResourceRecordSets" && changedRecords(call)),
    ...(call.permissionsBoundary && { "iam:PermissionsBoundary": call.permissionsBoundary }),
  };
  return [{ action: `${call.service}:${call.action}`, resource: resourceOf(call, place), context }];
}

/** A condition on all names holds where there is none, so that names that were not found must not look like that. */
function changedRecords({ input: { RecordNames: names } }: RecordedCall): IamRequest["context"] {
  const found = Array.isArray(names) && names.length > 0 ? names.map(normalized) : ["no name was found"];
  return { "route53:ChangeResourceRecordSetsNormalizedRecordNames": found };
}

/**
 * Amazon Route 53 Developer Guide, "Using IAM policy conditions for fine-grained access control to manage resource
 * record sets". What the name has for escape codes stays.
 */
function normalized(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, "")
    .replaceAll(/[^a-z0-9._\\-]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/** With AWS, the provider asks STS who it is, which takes no permission; an emulator it asks IAM, and takes a no. */
function isOfPrincipal({ service, action, input }: ApiCall): boolean {
  return !(service === "iam" && action === "GetUser" && input.UserName === undefined);
}

/** What a call is about, as far as its input says it by name or ARN; `*` otherwise. */
function resourceOf({ service, action, input }: ApiCall, { namePrefix, account, region }: Place): string {
  const arn = (resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const named = (key: string, resource: string) =>
    typeof input[key] === "string" ? [arn(`${resource}${input[key]}`)] : [];
  const candidates: Readonly<Record<string, () => readonly string[]>> = {
    // Some of its calls have the trail's ARN for a name.
    cloudtrail: () =>
      [input.Name ?? input.TrailName].map((trail) =>
        String(trail).startsWith("arn:") ? String(trail) : arn(`trail/${trail}`),
      ),
    cloudwatch: () => [
      ...named("AlarmName", "alarm:"),
      ...named("AlarmNames.member.1", "alarm:"),
      ...(/Dashboards?$/.test(action) ? [`arn:aws:cloudwatch::${account}:dashboard/${namePrefix}`] : []),
    ],
    events: () => [...named("Name", "rule/"), ...named("Rule", "rule/")],
    ssm: () => [arn(/Document/.test(action) ? `document/${input.Name}` : `parameter${input.Name}`)],
    elasticloadbalancing: () => [
      ...["LoadBalancerArn", "TargetGroupArn", "ListenerArn", "ResourceArns.member.1"].flatMap((key) =>
        typeof input[key] === "string" ? [input[key]] : [],
      ),
      ...(typeof input.Name === "string" ? [arn(`any/${input.Name}/any`)] : []),
    ],
    iam: () => [
      ...(input.InstanceProfileName
        ? [`arn:aws:iam::${account}:instance-profile/${input.InstanceProfileName}`]
        : []),
      ...(input.RoleName ? [`arn:aws:iam::${account}:role/${input.RoleName}`] : []),
      ...(input.UserName ? [`arn:aws:iam::${account}:user/${input.UserName}`] : []),
    ],
    // Its calls name the function in the path, which is not kept.
    lambda: () => [arn(`function:${namePrefix}-any`)],
    scheduler: () => [arn(`schedule/default/${namePrefix}-any`)],
    logs: () => named("logGroupName", "log-group:"),
    rds: () => [
      ...named("DBInstanceIdentifier", "db:"),
      ...named("DBClusterIdentifier", "cluster:"),
      ...named("DBSubnetGroupName", "subgrp:"),
      ...named("DBClusterParameterGroupName", "cluster-pg:"),
    ],
    s3: () => [`arn:aws:s3:::${[input.Bucket, input.Key].filter(Boolean).join("/")}`],
    sns: () => (input.TopicArn ? [String(input.TopicArn)] : named("Name", "")),
    secretsmanager: () =>
      [input.SecretId, input.Name].flatMap((named) =>
        typeof named !== "string" ? [] : [named.startsWith("arn:") ? named : arn(`secret:${named}-AbCdEf`)],
      ),
  };
  return candidates[service]?.()[0] ?? "*";
}
