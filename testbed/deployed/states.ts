import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Deployment, isDeployed, type Resource, type Values } from "./resources";

/** A state of Terraform's version 4. */
interface State {
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources: readonly (Pick<Resource, "mode" | "type" | "name"> & {
    readonly instances: readonly { readonly attributes: Values }[];
  })[];
}

/** Paths of the state files in a folder, also of stacks that are synthesized no more. */
export function stateFiles(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((file) => /^terraform\..+\.tfstate$/.test(file));
  return files.map((file) => join(folder, file));
}

/**
 * What an applied stack has.
 *
 * @param file `terraform.<stack>.tfstate`
 * @param environment the stack's
 */
export function readState(file: string, environment?: string): Pick<Deployment, "resources" | "outputs"> {
  const { resources, outputs } = JSON.parse(readFileSync(file, "utf8")) as State;
  const stack = basename(file).replace(/^terraform\.|\.tfstate$/g, "");
  return {
    resources: resources
      .filter(isDeployed)
      .flatMap(({ mode, type, name, instances }) =>
        instances.map(({ attributes: values }) => ({ environment, stack, mode, type, name, values })),
      ),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
  };
}

export function resourcesOfStates(files: readonly string[]): Resource[] {
  return files.flatMap((file) => readState(file).resources);
}
