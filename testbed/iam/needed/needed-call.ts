import type { AccessRequest, Caller } from "../decide";
import type { Deployed, Endpoint } from "../deployed";
import { impliedCalls } from "../implied-calls";

/** A call that must be allowed. */
export interface NeededCall extends AccessRequest {
  /** `recorded`: of a function, in the local run. Otherwise the document or file that says so, or who needs it. */
  readonly why: string;
}

export const RECORDED = "recorded";

interface Way {
  readonly context?: AccessRequest["context"];
  readonly through?: Endpoint;
  /** Account of the resource. @default - the deployment's */
  readonly account?: string;
  readonly alone?: AccessRequest["alone"];
}

/** Collects calls, each with those that it implies. */
export class NeededCalls {
  readonly all: NeededCall[] = [];

  constructor(readonly deployed: Deployed) {}

  add(
    why: string,
    by: Caller,
    actions: string | readonly string[],
    resource: string,
    { context, through, account = this.deployed.account, alone }: Way = {},
  ): void {
    for (const action of [actions].flat()) {
      const call = { by, action, resource, account, context, through, alone, why };
      this.all.push(call, ...impliedCalls(call, this.deployed));
    }
  }
}

/** What a service that encrypts asks KMS for, as whoever calls the service. */
export function keyIsUsed(
  calls: NeededCalls,
  by: Caller,
  why: string,
  keyArn: string,
  { service, actions }: { readonly service: string; readonly actions: readonly string[] },
): void {
  const context = { "kms:ViaService": `${service}.${calls.deployed.region}.amazonaws.com` };
  calls.add(why, by, of("kms", ...actions), keyArn, { context });
  calls.add(why, by, "kms:CreateGrant", keyArn, {
    context: { ...context, "kms:GrantIsForAWSResource": "true" },
  });
}

/** As many actions of one service. */
export function of(service: string, ...actions: readonly string[]): readonly string[] {
  return actions.map((action) => `${service}:${action}`);
}
