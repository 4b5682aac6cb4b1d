import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The folder of the stack whose name ends so. */
export function named(stacks: readonly string[], name: string): string {
  const found = stacks.find((stack) => stack.endsWith(`-${name}`));
  if (!found) throw new Error(`there is no stack ${name}`);
  return found;
}

export interface State {
  readonly resources: { type: string; name: string; instances: { attributes: Record<string, unknown> }[] }[];
}

export async function stateOf(stack: string): Promise<State> {
  return JSON.parse(await readFile(stateFile(stack), "utf8"));
}

export function stateFile(stack: string): string {
  return join(stack, "..", "..", "..", `terraform.${stack.split("/").at(-1)}.tfstate`);
}

/** @param part of the resource's name. */
export function attributes(state: State, type: string, part = ""): Record<string, unknown> {
  const found = state.resources.find((resource) => resource.type === type && resource.name.includes(part));
  const [instance] = found?.instances ?? [];
  if (!instance) throw new Error(`the state has no ${type} ${part}`);
  return instance.attributes;
}
