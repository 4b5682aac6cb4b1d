import { type IamPolicy, type IamRequest, says, type Verdict } from "../aws/iam-policy";
import type { AttachedPolicy, Endpoint, PolicyKind } from "./deployed";

/** Who calls: a role or user, a service of AWS, or an identity of another provider. */
export type Caller =
  | {
      readonly kind: "AWS";
      readonly arn: string;
      readonly account: string;
      /** Its own account lets it do anything, so that only policies here can hold it back. @default false */
      readonly unlimited?: boolean;
    }
  | { readonly kind: "Service"; readonly service: string }
  | { readonly kind: "Federated"; readonly provider: string };

/** A call of an AWS API, as IAM is asked about it. */
export interface AccessRequest extends IamRequest {
  readonly by: Caller;
  readonly resource: string;
  /** Account of the resource. */
  readonly account: string;
  /** The way that it takes out of the VPC. @default - none of which a policy is known */
  readonly through?: Endpoint;
  /** Ask these policies alone, as if all others allowed it. @default - all of them */
  readonly alone?: "identity" | "endpoint" | "resource";
}

/** The policies, found by what they are of. */
export class PolicyIndex {
  private readonly byPlace = new Map<string, IamPolicy[]>();

  constructor(policies: readonly AttachedPolicy[]) {
    for (const { kind, of, document } of policies) {
      const place = `${kind} ${of}`;
      this.byPlace.set(place, [...(this.byPlace.get(place) ?? []), document]);
    }
  }

  of(kind: PolicyKind, what: string): readonly IamPolicy[] | undefined {
    return this.byPlace.get(`${kind} ${what}`);
  }
}

/**
 * Whether a call is allowed: by identity, resource, endpoint, trust and boundary together (AWS Identity and Access
 * Management User Guide, "Policy evaluation logic"; AWS KMS Developer Guide, "Key policies in AWS KMS"; AWS PrivateLink
 * Guide, "Control access to VPC endpoints using endpoint policies"). Grants of KMS, and policies of an organization,
 * are not known here.
 */
export function decide(index: PolicyIndex, request: AccessRequest): Verdict {
  const { by, action, through, account } = request;
  const asked = askedOf(request);
  const ask = (policies: readonly IamPolicy[] = []) => says(policies, asked);
  const self = by.kind === "AWS" ? by.arn : "";
  const ofIdentity = ask(index.of("identity", self));
  const identity = by.kind === "AWS" && by.unlimited ? new Set([...ofIdentity, "principal"]) : ofIdentity;
  const endpoint = through && index.of("endpoint", through.id);
  if (request.alone === "identity") return verdictOf(ofIdentity);
  if (request.alone === "endpoint") return verdictOf(ask(endpoint));
  const ofResource = index.of(isTrust(action) ? "trust" : "resource", owner(request.resource));
  const resource = ask(ofResource);
  // What IAM allows, a resource's policy does not have to.
  if (request.alone === "resource") return resource.has("deny") ? "denied" : "allowed";
  // STS tells everybody who they are (AWS STS API Reference, "GetCallerIdentity"), through whatever lets it pass.
  if (action === "sts:GetCallerIdentity") return endpoint ? verdictOf(ask(endpoint)) : "allowed";
  const bounds = [index.of("boundary", self), endpoint].filter((policies) => policies !== undefined).map(ask);
  if ([identity, resource, ...bounds].some((said) => said.has("deny"))) return "denied";
  if (bounds.some((said) => said.size === 0)) return "not allowed";
  const isOwn = by.kind !== "AWS" || by.account === account;
  const allowed =
    by.kind !== "AWS"
      ? resource.has("principal")
      : isOwn && !needsBoth(action, ofResource)
        ? identity.has("principal") || resource.has("principal")
        : (isOwn && resource.has("principal")) || (identity.has("principal") && resource.size > 0);
  return allowed ? "allowed" : "not allowed";
}

function verdictOf(said: ReadonlySet<string>): Verdict {
  if (said.has("deny")) return "denied";
  return said.size > 0 ? "allowed" : "not allowed";
}

/** Whether a policy has a say in a call. */
export function consults(
  { kind, of }: AttachedPolicy,
  { by, action, resource, through }: AccessRequest,
): boolean {
  if (kind === "endpoint") return through?.id === of;
  if (kind === "trust") return isTrust(action) && resource === of;
  if (kind === "resource") return !isTrust(action) && owner(resource) === of;
  return by.kind === "AWS" && by.arn === of;
}

/** A call as policies see it. */
export function askedOf(request: AccessRequest): IamRequest {
  return { ...request, context: contextOf(request) };
}

/** A role and a key let nobody in whom their own policies do not. A key that is not known has AWS's usual policy. */
function needsBoth(action: string, ofResource: readonly IamPolicy[] | undefined): boolean {
  return isTrust(action) || (action.startsWith("kms:") && ofResource !== undefined);
}

function isTrust(action: string): boolean {
  return action.startsWith("sts:AssumeRole");
}

/** Whatever has the policy of a resource: of an object its bucket. */
function owner(resource: string): string {
  return resource.startsWith("arn:aws:s3:::") ? resource.replace(/\/.*$/s, "") : resource;
}

/** AWS global condition context keys (IAM User Guide) that follow from who calls and by which way. */
function contextOf({ by, through, context }: AccessRequest): NonNullable<IamRequest["context"]> {
  return {
    "aws:SecureTransport": "true",
    "aws:PrincipalIsAWSService": String(by.kind === "Service"),
    ...(by.kind === "AWS" && { "aws:PrincipalArn": by.arn, "aws:PrincipalAccount": by.account }),
    ...(through && { "aws:SourceVpc": through.vpcId, "aws:SourceVpce": through.id }),
    ...context,
  };
}
