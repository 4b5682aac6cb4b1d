import { databaseLogGroups } from "../../constructs/database/engine-settings";
import type { Environment } from "../../constructs/environment";
import { terraformOf } from "../deploy/deployed-stack";
import { readOutputs } from "../deploy/outputs";
import { synthesizedStacks } from "../deploy/stacks";
import { terraform } from "../terraform/terraform";

/** What an environment has deployed, as far as a proof looks at it. */
export interface Deployed {
  /** By name: those that rotate. */
  readonly secretArns: Readonly<Record<string, string>>;
  /** The functions that are shipped samples: they read a secret, and change nothing. */
  readonly readers: readonly Reader[];
  /** Names of the others. */
  readonly otherFunctions: readonly string[];
  readonly healthChecks: readonly { readonly functionName: string; readonly secrets: readonly string[] }[];
  readonly databaseLogs: readonly DatabaseLog[];
}

export interface Reader {
  readonly functionName: string;
  /** Whether it logs in, too, and answers as whom. */
  readonly logsIn: boolean;
  /** @default - the secret that it reads does not rotate */
  readonly secretArn?: string;
}

/** A log group of a database that the environment has created. */
export interface DatabaseLog {
  readonly group: string;
  /** Whether each rotation writes a statement about a password into it. */
  readonly showsRotations: boolean;
}

/** By folder, whether a shipped sample logs in. */
const SAMPLES: Readonly<Record<string, boolean>> = {
  "lambda/samples/orders": true,
  "lambda/samples/billing": true,
  "lambda/samples/orders-python": false,
};

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
  const secretArns = (native.secret_arns ?? {}) as Readonly<Record<string, string>>;
  const nameOf = (name: string) => names[name] ?? name;
  return {
    secretArns,
    readers: environment.functions.flatMap(({ name, code, variables }) => {
      const logsIn = SAMPLES[code];
      if (logsIn === undefined) return [];
      return [{ functionName: nameOf(name), logsIn, secretArn: secretArns[variables.SECRET_NAME ?? ""] }];
    }),
    otherFunctions: environment.functions
      .filter(({ code }) => SAMPLES[code] === undefined)
      .map(({ name }) => nameOf(name)),
    healthChecks: Object.entries(checks).map(([database, functionName]) => ({
      functionName,
      secrets: environment.secrets.filter((secret) => secret.database === database).map(({ name }) => name),
    })),
    databaseLogs: databaseLogs(environment, Object.keys(secretArns)),
  };
}

/** Aurora PostgreSQL logs what changes a role; Aurora MySQL logs no statement but slow ones (engine-settings.ts). */
function databaseLogs(
  { namePrefix, databases, secrets }: Environment,
  rotated: readonly string[],
): readonly DatabaseLog[] {
  return Object.entries(databases).flatMap(([name, database]) => {
    if (database.kind !== "created") return [];
    const { engine } = database;
    const rotates = secrets.some((secret) => secret.database === name && rotated.includes(secret.name));
    const showsRotations = engine === "aurora-postgresql" && rotates;
    return databaseLogGroups(`${namePrefix}-${name}`, engine).map((group) => ({ group, showsRotations }));
  });
}

/** Names of the stacks that have resources. */
export async function stacksInService(
  output: string,
  environment: Readonly<NodeJS.ProcessEnv>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const stack of synthesizedStacks(output)) {
    if ((await terraformOf(stack, environment).state()).resources > 0) found.push(stack.name);
  }
  return found;
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
