import type { Environment } from "../../constructs/environment";
import { administrator, nameOf, role, STRANGER, service } from "./callers";
import type { AccessRequest, Caller } from "./decide";
import type { Deployed } from "./deployed";
import type { NeededCall } from "./needed";
import { ofSecret } from "./needed/conditions";

/** A call that is one step away from one that is needed. */
export interface Neighbour extends AccessRequest {
  readonly of: NeededCall;
  /** The step, in few words. */
  readonly step: string;
}

/** Keys by which policies hold calls: without them, or with another value, a call is another one. */
const HOLDING = [
  /^aws:Source(Account|Arn)$/,
  /^kms:(ViaService|EncryptionContext:.*|GrantIsForAWSResource)$/,
  /^s3:(prefix|x-amz-acl)$/,
  /^cloudwatch:namespace$/,
  /^events:(source|detail-type)$/,
  /^aws:(Request|Resource)Tag\/Stack$/,
  /^ec2:CreateAction$/,
  /^ssm:resourceTag\/aws:ssmmessages:session-id$/,
  /^iam:(PassedToService|AWSServiceName)$/,
  /^route53:ChangeResourceRecordSetsNormalizedRecordNames$/,
  /^token\.actions\.githubusercontent\.com:(aud|sub|ref)$/,
];

/** Whether a session's document is asked about, too: Systems Manager always says. */
const CHECKED = "ssm:SessionDocumentAccessCheck";
/** That a function's own code calls. */
const CODE = "lambda:SourceFunctionArn";
const TLS = "aws:SecureTransport";
const OTHER_ACCOUNT = "999999999999";

/**
 * All that is one step away from the needed calls: the same by somebody else, on something else, or under another
 * condition. What is needed itself is left out.
 */
export function neighboursOf(
  needed: readonly NeededCall[],
  environment: Environment,
  deployed: Deployed,
): readonly Neighbour[] {
  const known = new Map<string, NeededCall[]>();
  for (const call of needed) known.set(keyOf(call), [...(known.get(keyOf(call)) ?? []), call]);
  const isNeeded = (one: AccessRequest) => (known.get(keyOf(one)) ?? []).some((call) => covers(call, one));
  const callers = callersOf(needed, deployed);
  const resources = resourcesOf(needed);
  const steps = needed
    .filter(({ alone }) => !alone)
    .flatMap((call) => {
      const own = ofIdentity(call);
      return [
        ...byOthers(call, callers, deployed),
        ...onOthers(own, resources, environment, deployed),
        ...underOthers(own, environment, deployed),
        ...ofEndpoint(call, environment, deployed),
      ];
    });
  const unique = new Map(
    steps.map((one) => [`${keyOf(one)} ${JSON.stringify([one.context, one.through?.id, one.alone])}`, one]),
  );
  return [...unique.values()].filter((one) => !isNeeded(one));
}

function keyOf({ by, action, resource }: AccessRequest): string {
  return `${nameOf(by)} ${action} ${resource}`;
}

/** Whether a call is what is needed, and says more of itself at the most. */
function covers(needed: NeededCall, { context = {}, through, alone }: AccessRequest): boolean {
  return (
    (through === undefined || needed.through?.id === through.id || alone !== undefined) &&
    [CODE, TLS].every((key) => needed.context?.[key] === context[key]) &&
    Object.entries(needed.context ?? {}).every(([key, value]) => context[key] === value)
  );
}

/** What a role may not do, its own policies must say, whatever else refuses it, too. */
function ofIdentity(call: NeededCall): NeededCall {
  const { by, through, context } = call;
  // A planner's reads are held by the secrets' policies.
  if (by.kind !== "AWS" || by.unlimited || context?.["secretsmanager:VersionId"]) return call;
  const place = through && { "aws:SourceVpc": through.vpcId };
  return { ...call, alone: "identity", context: { ...context, ...place } };
}

/** The same of an endpoint: it passes nothing else, and nobody of another account. */
function ofEndpoint(needed: NeededCall, { namePrefix }: Environment, deployed: Deployed): Neighbour[] {
  if (!needed.through) return [];
  const call: NeededCall = { ...needed, alone: "endpoint", by: administrator(deployed) };
  const others = call.resource === "*" ? [] : elsewhere(call.resource, namePrefix);
  // More of the environment itself may pass, as others of it need that.
  const outside = others.filter((one) => one !== call.resource && !one.includes(`${namePrefix}/another`));
  return [
    { ...call, by: STRANGER, of: needed, step: "by another account, by the endpoint's policy" },
    ...outside.map((one) => ({
      ...call,
      resource: one,
      of: needed,
      step: `on ${one}, by the endpoint's policy`,
    })),
    ...conditionsOf(call, namePrefix, deployed),
  ];
}

/** Without the endpoint, whose policy would refuse some for another reason. */
function byOthers(
  { through, ...call }: NeededCall,
  callers: readonly Caller[],
  deployed: Deployed,
): Neighbour[] {
  const { [CODE]: code, ...rest } = call.context ?? {};
  const context = { ...rest, ...(through && { "aws:SourceVpc": through.vpcId }) };
  const all = call.action.startsWith("kms:") ? [...callers, administrator(deployed)] : callers;
  return all
    .filter((by) => nameOf(by) !== nameOf(call.by))
    .map((by) => {
      const own = functionOf(by, deployed);
      return {
        ...call,
        by,
        of: call,
        step: `by ${nameOf(by)}`,
        context: { ...context, ...(code && own && { [CODE]: own }) },
      };
    });
}

/** It makes roles and functions, and so may do whatever they may: what others need is nothing to hold it to. */
const DEPLOYER = /-deployer$/;

/** All that there are, a role without a permission, and somebody of another account. */
function callersOf(needed: readonly NeededCall[], deployed: Deployed): readonly Caller[] {
  const limited = needed
    .map(({ by }) => by)
    .filter((by) => by.kind !== "AWS" || !(by.unlimited || DEPLOYER.test(nameOf(by))));
  const all = [
    ...limited,
    role(deployed, deployed.roleArn("bystander")),
    STRANGER,
    service("ecs.amazonaws.com"),
  ];
  return [...new Map(all.map((by) => [nameOf(by), by])).values()];
}

/** By the service of their actions, as `*` has none of its own. */
function resourcesOf(needed: readonly NeededCall[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { action, resource } of needed)
    if (resource !== "*")
      found.set(serviceOf(action), (found.get(serviceOf(action)) ?? new Set()).add(resource));
  return found;
}

function serviceOf(action: string): string {
  return action.split(":")[0] ?? "";
}

/** An account does not hold its administrators to resources. */
function onOthers(
  call: NeededCall,
  resources: ReadonlyMap<string, ReadonlySet<string>>,
  environment: Environment,
  deployed: Deployed,
): Neighbour[] {
  const { resource, by } = call;
  if (resource === "*") return [];
  const step = (other: string) => ({ ...call, resource: other, of: call, step: `on ${other}` });
  const foreign = resource.replace(`:${deployed.account}:`, `:${OTHER_ACCOUNT}:`);
  const foreigners = foreign === resource ? [] : [{ ...step(foreign), account: OTHER_ACCOUNT }];
  if (by.kind === "AWS" && by.unlimited) return foreigners;
  const others = new Set([
    ...[...(resources.get(serviceOf(call.action)) ?? [])].filter((other) => isAlike(other, resource)),
    ...elsewhere(resource, environment.namePrefix),
  ]);
  others.delete(resource);
  const own = [...others].map((other) => ({ ...step(other), context: contextOn(call, other, deployed) }));
  return [...own, ...foreigners];
}

/** A log group is asked for other things than its streams. */
function isAlike(one: string, other: string): boolean {
  return one.split(":").length === other.split(":").length;
}

/** Of another environment, and one more of this one. */
function elsewhere(resource: string, namePrefix: string): string[] {
  return [
    resource.replace(namePrefix, "another"),
    // Of a secret, function, role or bucket: what comes behind the environment's name.
    resource.replace(new RegExp(`(${namePrefix}[/-])[^:/-]+`), "$1another"),
    resource.replace(/^(arn:aws:s3:::[^/]+\/)[^/]+/, "$1another"),
    resource.replace(/[0-9a-f]{8}-0000/g, "ffffffff-0000"),
    ...(resource.includes(namePrefix) ? [] : [resource.replace(/[^:/]+$/, "another")]),
  ];
}

/** What a request says of a secret, it says of the other one. */
function contextOn(call: NeededCall, resource: string, deployed: Deployed): AccessRequest["context"] {
  if (serviceOf(call.action) !== "secretsmanager") return call.context;
  // That of another environment may be rotated by the same function.
  if (resource.includes("secret:another")) return call.context;
  const known = deployed.secrets.find(({ arn }) => arn === resource);
  const { "secretsmanager:resource/AllowRotationLambdaArn": _, ...rest } = call.context ?? {};
  return { ...rest, ...ofSecret(known ?? { name: "another", arn: resource }) };
}

function underOthers(call: NeededCall, { namePrefix }: Environment, deployed: Deployed): Neighbour[] {
  const { context = {}, through } = call;
  const { "aws:SourceVpc": vpc, ...others } = context;
  const isInside = vpc !== undefined || through !== undefined;
  const places = isInside
    ? [
        { ...call, through: undefined, context: others, of: call, step: "with a way outside the VPC" },
        {
          ...call,
          through: undefined,
          context: { ...others, "aws:SourceVpc": "vpc-another" },
          of: call,
          step: "with a way out of another VPC",
        },
      ]
    : [];
  const clear = { ...context, [TLS]: "false" };
  const code = functionOf(call.by, deployed);
  return [
    ...places,
    ...conditionsOf(call, namePrefix, deployed),
    ...(call.action.startsWith("s3:")
      ? [{ ...call, alone: undefined, context: clear, of: call, step: "without TLS" }]
      : []),
    ...(code && call.action.startsWith("ec2:") && context[CODE] === undefined
      ? [{ ...call, context: { ...context, [CODE]: code }, of: call, step: "by the function's own code" }]
      : []),
  ];
}

function conditionsOf(call: NeededCall, namePrefix: string, deployed: Deployed): Neighbour[] {
  const { context = {} } = call;
  return Object.keys(context)
    .filter((key) => HOLDING.some((holding) => holding.test(key)))
    .flatMap((key) => {
      const { [key]: value, ...without } = context;
      const other = { ...context, [key]: another(String(value), namePrefix, deployed) };
      return [
        { ...call, context: without, of: call, step: `without ${key}` },
        { ...call, context: other, of: call, step: `with another ${key}` },
      ];
    })
    .concat(
      CHECKED in context
        ? [{ ...call, context: { ...context, [CHECKED]: "false" }, of: call, step: `without ${CHECKED}` }]
        : [],
    );
}

function another(value: string, namePrefix: string, { account }: Deployed): string {
  if (value === "true") return "false";
  const part = [namePrefix, account].find((one) => value.includes(one));
  return part ? value.replace(part, part === account ? OTHER_ACCOUNT : "another") : `another-${value}`;
}

function functionOf(by: Caller, { functions }: Deployed): string | undefined {
  return functions.find(({ roleArn }) => by.kind === "AWS" && by.arn === roleArn)?.arn;
}
