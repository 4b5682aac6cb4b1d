import type { PolicyName } from "../../constructs/ci/policies";
import type { ApiCall } from "../../testbed/aws/api-calls";
import { evaluate, type IamPolicy } from "../../testbed/aws/iam-policy";
import { blocks } from "../docs/support/documents";

const REGION = "ap-northeast-2";
/** As docs/permissions.md has it. */
const ACCOUNT = "111122223333";

/** A file that docs/permissions.md shows, for an environment. */
export function shownFile(name: string, namePrefix: string): string {
  const found = blocks.find(({ info }) => info === name);
  if (!found) throw new Error(`no document shows ${name}`);
  return found.code
    .replaceAll("<namePrefix>", namePrefix)
    .replaceAll("<environment>", environmentOf(namePrefix));
}

/** Whoever has one of the policies that docs/permissions.md shows. */
export type Role = PolicyName;

export function shownPolicy(role: Role, namePrefix: string, account = ACCOUNT): IamPolicy {
  return JSON.parse(shownFile(`${role}.json`, namePrefix).replaceAll(ACCOUNT, account));
}

/** Which of the calls the policies do not allow: service, action and resource, each once. */
export function notAllowed(
  calls: readonly ApiCall[],
  policies: readonly IamPolicy[],
  namePrefix: string,
  account: string,
): readonly string[] {
  const refused = calls.filter(isOfPrincipal).flatMap((call) => {
    const action = `${call.service}:${call.action}`;
    const resource = resourceOf(call, namePrefix, account);
    const context = contextOf(call, namePrefix);
    return evaluate(policies, { action, resource, context }) === "allowed"
      ? []
      : [`${action} on ${resource}`];
  });
  return [...new Set(refused)].sort();
}

const DEPLOYERS: readonly Role[] = ["planner", "deployer"];

/** Adds a test: whoever has the deployer's policies may call all that was called so far. */
export function deployersMayCall(calls: () => readonly ApiCall[], namePrefix: string, account: string): void {
  test("the deployer's policies allow each call", () => {
    const policies = DEPLOYERS.map((role) => shownPolicy(role, namePrefix, account));
    expect(calls().length).toBeGreaterThan(0);
    expect(notAllowed(calls(), policies, namePrefix, account)).toEqual([]);
  });
}

/** As the shipped environments name themselves. */
function environmentOf(namePrefix: string): string {
  return namePrefix.replace(/^secrets-/, "");
}

/**
 * Condition keys that the call would have. What exists was made by the Vault server's stack, of all stacks that the
 * policies tell apart by a tag; the provider gives it that tag. Who makes tags must have shown it in the call.
 */
function contextOf({ service, action, input }: ApiCall, namePrefix: string): Record<string, string> {
  if (service === "route53")
    return { "route53:ChangeResourceRecordSetsNormalizedRecordNames": `vault.${namePrefix}.internal` };
  if (service !== "ec2" || /Tags$/.test(action)) return {};
  const place = Object.keys(input).find((name) => name.endsWith(".Key") && input[name] === "Stack");
  const tag = place && String(input[place.replace(/Key$/, "Value")]);
  return {
    "aws:ResourceTag/Stack": `${environmentOf(namePrefix)}-vault-server`,
    ...(tag && { "aws:RequestTag/Stack": tag }),
  };
}

/** With AWS, the provider asks STS who it is, which takes no permission; an emulator it asks IAM, and takes a no. */
function isOfPrincipal({ service, action, input }: ApiCall): boolean {
  return !(service === "iam" && action === "GetUser" && input.UserName === undefined);
}

/** What a call is about, as far as its input says it by name or ARN; `*` otherwise. */
function resourceOf({ service, action, input }: ApiCall, namePrefix: string, account: string): string {
  const arn = (resource: string) => `arn:aws:${service}:${REGION}:${account}:${resource}`;
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
