import { usersTerraformEnvironment } from "../terraform/provider-source";
import { readOutputs } from "./outputs";
import { plainScreen } from "./screen";
import { StackTerraform } from "./stack-terraform";
import { type Stack, synthesizedStacks } from "./stacks";

/** Terraform on a stack that is only looked at. */
export function terraformOf(stack: Stack, environment: Readonly<NodeJS.ProcessEnv>): StackTerraform {
  return new StackTerraform(stack, { environment, screen: plainScreen(), extra: { plan: [], apply: [] } });
}

/**
 * What the environment's stack of that name has deployed; undefined if the environment has no such stack.
 *
 * @param output folder with the synthesized stacks
 */
export async function deployedStack(output: string, name: string) {
  const stack = synthesizedStacks(output).find((one) => one.name.endsWith(`-${name}`));
  if (!stack) return undefined;
  const environment = await usersTerraformEnvironment();
  const terraform = terraformOf(stack, environment);
  const state = await terraform.state();
  return { stack, terraform, state, outputs: () => readOutputs(stack.folder, { environment }) };
}
