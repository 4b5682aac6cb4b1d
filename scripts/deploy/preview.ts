import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { remoteState, type Stack } from "./stacks";

const TEMPLATE = "cdk.tf.json";

/**
 * The stack without its state, with values in the place of outputs that are known only once the others are deployed.
 * Terraform is initialised there as in the stack's own folder.
 *
 * @param missing the stacks that are not deployed
 */
export async function previewOf(stack: Stack, missing: readonly string[]): Promise<Stack> {
  // As deep as the stack's folder: paths to other stacks' states are relative.
  const folder = await mkdtemp(join(dirname(stack.folder), "preview-"));
  await mkdir(join(folder, ".terraform"));
  const same = (await readdir(stack.folder)).filter((name) => ![TEMPLATE, ".terraform"].includes(name));
  for (const name of [...same, join(".terraform", "providers")])
    await symlink(join(stack.folder, name), join(folder, name));
  const template = await readFile(join(stack.folder, TEMPLATE), "utf8");
  await writeFile(join(folder, TEMPLATE), withoutOutputs(template, missing));
  return { ...stack, folder };
}

/** What is known after the apply and decoded is of any type. */
function withoutOutputs(template: string, missing: readonly string[]): string {
  const names = missing.map(remoteState);
  const replaced = names.reduce(
    (text, name) =>
      text.replaceAll(
        new RegExp(`data\\.terraform_remote_state\\.${name}\\.outputs\\.[\\w-]+`, "g"),
        `jsondecode(terraform_data.${name}.id)`,
      ),
    template,
  );
  const made = JSON.parse(replaced);
  delete made.terraform.backend;
  for (const name of names) delete made.data.terraform_remote_state[name];
  dropEmpty(made.data, "terraform_remote_state");
  dropEmpty(made, "data");
  made.resource = { ...made.resource, terraform_data: { ...made.resource?.terraform_data } };
  for (const name of names) made.resource.terraform_data[name] = {};
  return JSON.stringify(made, null, 2);
}

/** Terraform takes an empty block for a mistake. */
function dropEmpty(object: Record<string, object>, key: string): void {
  if (Object.keys(object[key] ?? {}).length === 0) delete object[key];
}
