import type { Environment } from "../../../../../constructs/environment";
import type { Deployed } from "../../../../../testbed/iam/deployed";
import { byDeployers } from "./by-deployers";
import { byFunctions } from "./by-functions";
import { byOperations } from "./by-operations";
import { byPlanners } from "./by-planners";
import { byRotation } from "./by-rotation";
import { byStrangers } from "./by-strangers";
import { byVaultNodes } from "./by-vault-nodes";
import { type RefusedCall, requestsIn } from "./requests";

const SUBJECTS = [byFunctions, byRotation, byOperations, byStrangers, byVaultNodes, byPlanners, byDeployers];

/** Calls that somebody who took a part over, or another one of the account, would try. */
export function refusedCalls(environment: Environment, deployed: Deployed): readonly RefusedCall[] {
  const requests = requestsIn(environment, deployed);
  return SUBJECTS.flatMap((by) => by(requests));
}
