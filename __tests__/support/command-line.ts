import { join } from "node:path";

const RUN = join(__dirname, "..", "..", "scripts", "run.mjs");

/** The words after `node` that run a command of this project, as its scripts in package.json do. */
export function commandLine(file: string, ...words: readonly string[]): string[] {
  return [RUN, file, ...words];
}
