import { databaseLogGroups } from "../../constructs/database/engine-settings";
import type { Environment } from "../../constructs/environment";
import { readOutputs } from "../deploy/outputs";
import { synthesizedStacks } from "../deploy/stacks";
import { terraform } from "../terraform/terraform";

/** What an environment has deployed, as far as a proof looks at it. */
export interface Deployed {
  /** By name: those that rotate. */
  readonly secretArns: Readonly<Record<string, string>>;
  /** Names of the functions that are shipped samples: they log in, and change nothing. */
  readonly readers: readonly string[];
  readonly otherFunctions: readonly string[];
  readonly healthChecks: readonly { readonly functionName: string; readonly secrets: readonly string[] }[];
  /** Log groups of the databases that the environment has created. */
  readonly databaseLogs: readonly string[];
}

const SAMPLES = "lambda/samples/";

/**
 * @param output folder with the synthesized stacks
 * @param variables environment of Terraform
 */
export async function readDeployed(
  environment: Environment,
  output: string,
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<Deployed> {
  const stacks = synthesizedStacks(output);
  const outputs = async (suffix: string): Promise<Readonly<Record<string, unknown>>> => {
    const stack = stacks.find(({ name }) => name === `${environment.name}-${suffix}`);
    return stack ? await readOutputs(stack.folder, { environment: variables }) : {};
  };
  const [native, functions] = await Promise.all([outputs("native"), outputs("functions")]);
  const names = (functions.function_names ?? {}) as Readonly<Record<string, string>>;
  const checks = (functions.health_check_names ?? {}) as Readonly<Record<string, string>>;
  const named = (samples: boolean) =>
    environment.functions
      .filter(({ code }) => code.startsWith(SAMPLES) === samples)
      .map(({ name }) => names[name] ?? name);
  return {
    secretArns: (native.secret_arns ?? {}) as Readonly<Record<string, string>>,
    readers: named(true),
    otherFunctions: named(false),
    healthChecks: Object.entries(checks).map(([database, functionName]) => ({
      functionName,
      secrets: environment.secrets.filter((secret) => secret.database === database).map(({ name }) => name),
    })),
    databaseLogs: databaseLogs(environment),
  };
}

function databaseLogs({ namePrefix, databases }: Environment): readonly string[] {
  return Object.entries(databases).flatMap(([name, database]) =>
    database.kind === "created" ? databaseLogGroups(`${namePrefix}-${name}`, database.engine) : [],
  );
}

/** Of Terraform and the providers, as a stack was deployed with. */
export async function versions(
  output: string,
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<Readonly<Record<string, string>>> {
  const [stack] = synthesizedStacks(output);
  const { stdout } = await terraform(String(stack?.folder), ["version", "-json"], { environment: variables });
  const { terraform_version, provider_selections } = JSON.parse(stdout) as {
    terraform_version: string;
    provider_selections?: Record<string, string>;
  };
  const providers = Object.entries(provider_selections ?? {}).map(
    ([source, version]) => [source.replace(/^registry\.terraform\.io\//, ""), version] as const,
  );
  return { Terraform: terraform_version, ...Object.fromEntries(providers) };
}
