import { type TerraformOptions, terraform } from "../terraform/terraform";

/** The outputs of an applied stack, by name. */
export async function readOutputs(
  folder: string,
  options: TerraformOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await terraform(folder, ["output", "-json"], options);
  const outputs = JSON.parse(stdout) as Record<string, { readonly value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
