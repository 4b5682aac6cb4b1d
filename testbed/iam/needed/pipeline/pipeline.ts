import type { Environment } from "../../../../constructs/environment";
import { role } from "../../callers";
import type { NeededCalls } from "../needed-call";
import { databasesAreMade, functionsAreMade, networkIsMade, secretsAreMade } from "./deploys";
import { operationsAreMade } from "./operations";
import { planIsMade } from "./plans";
import { stateIsRead, stateIsWritten } from "./state";
import { vaultServerIsMade } from "./vault-server";
import { workflowsTakeRoles } from "./workflows";

/** How workflows come by the roles that `ci` makes for them, and what they call with these. */
export function callsOfPipeline(calls: NeededCalls, environment: Environment): void {
  if (!environment.ci) return;
  const { deployed } = calls;
  workflowsTakeRoles(calls, environment);
  const named = (name: string) =>
    role(deployed, deployed.only("aws_iam_role", { name: `${environment.namePrefix}-${name}` }).arn);
  const [planner, deployer] = [named("planner"), named("deployer")];
  planIsMade(calls, environment, planner);
  for (const make of [networkIsMade, databasesAreMade, secretsAreMade, functionsAreMade, operationsAreMade])
    make(calls, environment, deployer);
  vaultServerIsMade(calls, environment, deployer);
  for (const by of [planner, deployer]) stateIsRead(calls, environment, by);
  stateIsWritten(calls, environment, deployer);
}
