import type { ApiCall } from "../../aws/api-calls";
import { evaluate, type IamPolicy } from "../../aws/iam-policy";
import type { Place } from "./shown-policies";

/** Which of the calls the policies do not allow: service, action and resource, each once. */
export function notAllowed(
  calls: readonly ApiCall[],
  policies: readonly IamPolicy[],
  place: Place,
): readonly string[] {
  const refused = calls.filter(isOfPrincipal).flatMap((call) => {
    const action = `${call.service}:${call.action}`;
    const resource = resourceOf(call, place);
    const context = contextOf(call, place);
    return evaluate(policies, { action, resource, context }) === "allowed"
      ? []
      : [`${action} on ${resource}`];
  });
  return [...new Set(refused)].sort();
}

/**
 * Condition keys that the call would have. What exists was made by the Vault server's stack, of all stacks that the
 * policies tell apart by a tag; the provider gives it that tag. Who makes tags must have shown it in the call.
 */
function contextOf({ service, action, input }: ApiCall, { name, namePrefix }: Place): Record<string, string> {
  if (service === "route53")
    return { "route53:ChangeResourceRecordSetsNormalizedRecordNames": `vault.${namePrefix}.internal` };
  if (service !== "ec2" || /Tags$/.test(action)) return {};
  const key = Object.keys(input).find((one) => one.endsWith(".Key") && input[one] === "Stack");
  const tag = key && String(input[key.replace(/Key$/, "Value")]);
  return {
    "aws:ResourceTag/Stack": `${name}-vault-server`,
    ...(tag && { "aws:RequestTag/Stack": tag }),
  };
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
    ec2: () => {
      if (String(input["ResourceId.1"]).startsWith("sg-"))
        return [arn(`security-group/${input["ResourceId.1"]}`)];
      const made = {
        CreateNetworkInterface: "network-interface",
        CreateVolume: "volume",
        RunInstances: "instance",
      };
      const kind = made[action as keyof typeof made];
      return kind ? [arn(`${kind}/any`)] : [];
    },
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
