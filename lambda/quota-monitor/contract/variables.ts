import { type Environment, required } from "../../secret-reader/environment";

/** What the monitor is about. */
export interface Watched {
  /** Name prefix of the environment. */
  readonly environment: string;
  readonly vpcId: string;
}

export const VARIABLE = { environment: "ENVIRONMENT_NAME", vpcId: "VPC_ID" } as const;

/** The environment variables of the function. */
export function quotaVariables({ environment, vpcId }: Watched): Record<string, string> {
  return { [VARIABLE.environment]: environment, [VARIABLE.vpcId]: vpcId };
}

/** Reads what {@link quotaVariables} writes. @throws Error that names the variable. */
export function readWatched(variables: Environment): Watched {
  const read = (name: string) => required(variables, name, "be set", "the construct QuotaMonitor");
  return { environment: read(VARIABLE.environment), vpcId: read(VARIABLE.vpcId) };
}
