import { basename } from "node:path";
import { StackFailed, StackTerraform } from "../../scripts/deploy/stack-terraform";
import type { TerraformOptions } from "../../scripts/terraform/terraform";

/** Deploys one synthesized stack (`<output folder>/stacks/<name>`), as `npm run deploy` does. */
export async function applyStack(directory: string, { environment }: TerraformOptions): Promise<void> {
  await applyTo(directory, environment, []);
}

/** Destroys a stack, as its last plan or apply saw it, and makes sure that nothing stays in its state. */
export async function destroyStack(directory: string, { environment }: TerraformOptions): Promise<void> {
  const { resources } = await (await applyTo(directory, environment, ["-destroy", "-refresh=false"])).state();
  if (resources > 0) throw new Error(`destroy left ${resources} resources of ${basename(directory)}`);
}

async function applyTo(
  folder: string,
  environment: NodeJS.ProcessEnv,
  more: readonly string[],
): Promise<StackTerraform> {
  const terraform = new StackTerraform(
    { name: basename(folder), folder, needs: [], reads: new Map() },
    {
      environment,
      screen: { isTerraforms: false, coloured: false, begin: () => {}, line: () => {} },
      extra: { plan: [], apply: [] },
    },
  );
  try {
    await terraform.apply(more, async () => true);
  } catch (error) {
    throw error instanceof StackFailed ? error.cause : error;
  }
  return terraform;
}
