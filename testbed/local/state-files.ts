import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const STATE_FILE = /^terraform\.(.+)\.tfstate$/;

/** Paths of the state files in a folder. */
export async function stateFiles(directory: string): Promise<string[]> {
  return (await readdir(directory))
    .filter((file) => STATE_FILE.test(file))
    .map((file) => join(directory, file));
}

/** The resources that the state files in a folder have, also of stacks that are synthesized no more. */
export async function resourcesInStates(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const file of await readdir(directory)) {
    const [, stack] = STATE_FILE.exec(file) ?? [];
    if (stack === undefined) continue;
    const { resources } = JSON.parse(await readFile(join(directory, file), "utf8"));
    for (const { type, name } of resources) found.push(`${stack}: ${type}.${name}`);
  }
  return found;
}
