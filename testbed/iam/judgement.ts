import type { Environment } from "../../constructs/environment";
import { nameOf } from "./callers";
import { type AccessRequest, consults, decide, PolicyIndex } from "./decide";
import type { AttachedPolicy, Deployed } from "./deployed";
import type { Mutant } from "./mutations";
import { type NeededCall, neededCalls } from "./needed";
import { neighboursOf } from "./neighbours";
import { TOLERATED } from "./tolerated";

/** What an environment's policies are asked: the calls that they must allow, and those that they must refuse. */
export class Judgement {
  readonly needed: readonly NeededCall[];
  /** One step away from what is needed; without those that are tolerated. */
  readonly refused: readonly AccessRequest[];
  /** Reasons for which a call was tolerated. */
  readonly tolerated: readonly string[];
  private readonly asked = new Map<
    AttachedPolicy,
    { readonly needed: readonly AccessRequest[]; readonly refused: readonly AccessRequest[] }
  >();

  constructor(
    environment: Environment,
    private readonly deployed: Deployed,
    /** More calls that must be refused. */
    more: readonly AccessRequest[] = [],
  ) {
    this.needed = neededCalls(environment, deployed);
    const neighbours = neighboursOf(this.needed, environment, deployed);
    const index = new PolicyIndex(deployed.policies);
    const excuse = (one: (typeof neighbours)[number]) => TOLERATED.find(({ is }) => is(one))?.why;
    this.refused = [...neighbours.filter((one) => excuse(one) === undefined), ...more];
    const allowed = neighbours.filter((one) => decide(index, one) === "allowed");
    this.tolerated = [...new Set(allowed.flatMap((one) => excuse(one) ?? []))];
  }

  /** Needed calls that the policies refuse, and calls to be refused that they allow; for people. */
  mistakes(policies: readonly AttachedPolicy[] = this.deployed.policies): readonly string[] {
    const index = new PolicyIndex(policies);
    return [
      ...this.needed.filter(isMissed(index)).map((call) => `refused: ${describe(call)}`),
      ...this.refused.filter(isLetIn(index)).map((call) => `allowed: ${describe(call)}`),
    ];
  }

  /** Whether a changed policy is noticed. */
  notices({ original, policy }: Mutant): boolean {
    const index = new PolicyIndex(this.deployed.policies.map((one) => (one === original ? policy : one)));
    const { needed, refused } = this.about(original);
    return needed.some(isMissed(index)) || refused.some(isLetIn(index));
  }

  /** The calls that a policy has a say in. */
  private about(policy: AttachedPolicy): {
    needed: readonly AccessRequest[];
    refused: readonly AccessRequest[];
  } {
    const known = this.asked.get(policy);
    if (known) return known;
    const isAsked = (call: AccessRequest) => consults(policy, call);
    const found = { needed: this.needed.filter(isAsked), refused: this.refused.filter(isAsked) };
    this.asked.set(policy, found);
    return found;
  }
}

function isMissed(index: PolicyIndex): (call: AccessRequest) => boolean {
  return (call) => decide(index, call) !== "allowed";
}

function isLetIn(index: PolicyIndex): (call: AccessRequest) => boolean {
  return (call) => decide(index, call) === "allowed";
}

/** A call, for people. */
export function describe({ by, action, resource, context, through }: AccessRequest): string {
  const way = through ? ` through ${through.service} of ${through.stack}` : "";
  return `${nameOf(by)}: ${action} on ${resource}${way}, ${JSON.stringify(context ?? {})}`;
}
