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
export function readWatched(variables: Readonly<Record<string, string | undefined>>): Watched {
  const read = (name: string): string => {
    const value = variables[name];
    if (value) return value;
    throw new Error(`${name} must be set, got nothing; the construct QuotaMonitor sets it`);
  };
  return { environment: read(VARIABLE.environment), vpcId: read(VARIABLE.vpcId) };
}
