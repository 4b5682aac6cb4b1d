import type { Environment } from "../../../constructs/environment";
import type { Deployed } from "../deployed";
import { callsOfFoundation } from "./foundation";
import { callsForFunction } from "./functions";
import { callsWithNative } from "./native";
import { type NeededCall, NeededCalls } from "./needed-call";
import { callsOfOperations } from "./operations";
import { callsOfPipeline } from "./pipeline/pipeline";
import { callsWithVault } from "./vault";

export { type NeededCall, RECORDED } from "./needed-call";

/** Every call that a deployed environment needs, by what the environment says and not by its policies. */
export function neededCalls(environment: Environment, deployed: Deployed): readonly NeededCall[] {
  const calls = new NeededCalls(deployed);
  callsOfFoundation(calls, environment);
  for (const one of deployed.functions) callsForFunction(calls, one);
  callsWithNative(calls, environment);
  callsOfOperations(calls, environment);
  callsWithVault(calls, environment);
  callsOfPipeline(calls, environment);
  return calls.all;
}
