import { type TerraformOptions, terraform } from "../../scripts/terraform/terraform";

/** Terraform on one synthesized stack (`<output folder>/stacks/<name>`), without the CLI of CDKTF. */
export async function applyStack(directory: string, options: TerraformOptions): Promise<void> {
  await terraform(directory, ["init", "-input=false", "-no-color"], options);
  await terraform(directory, ["apply", "-input=false", "-no-color", "-auto-approve"], options);
}

/** Destroys a stack, as its last plan or apply saw it, and makes sure that nothing stays in its state. */
export async function destroyStack(directory: string, options: TerraformOptions): Promise<void> {
  await terraform(
    directory,
    ["destroy", "-input=false", "-no-color", "-auto-approve", "-refresh=false"],
    options,
  );
  const { stdout } = await terraform(directory, ["state", "list"], options);
  if (stdout.trim() !== "") throw new Error(`destroy left ${stdout.trim().split("\n").join(", ")}`);
}
