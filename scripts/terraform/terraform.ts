import { type Finished, type RunOptions, run } from "../support/processes";

export interface TerraformOptions extends Omit<RunOptions, "cwd" | "env"> {
  /** Added to this process's environment. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

/** The binary that CDKTF uses too: `terraform`, or what TERRAFORM_BINARY_NAME names. */
export function terraformBinary(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.TERRAFORM_BINARY_NAME || "terraform";
}

/** Runs Terraform in the folder of a synthesized stack. */
export async function terraform(
  directory: string,
  args: readonly string[],
  { environment, ...options }: TerraformOptions,
): Promise<Finished> {
  const env = { ...process.env, ...environment };
  return await run(terraformBinary(), args, { ...options, cwd: directory, env });
}
