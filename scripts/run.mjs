// node scripts/run.mjs <file.ts> [words]: runs a command of this project, as the scripts in package.json do.
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { buildCommand, root } from "./build/main.mjs";

const [node, , source, ...words] = process.argv;
if (!source || !existsSync(source)) {
  const reason = source ? `${source} does not exist. ` : "";
  console.error(`${reason}Usage: node scripts/run.mjs <file.ts> [words]`);
  process.exit(1);
}
const output = join(root, await buildCommand(relative(root, realpathSync(source))));
process.argv = [node, output, ...words];
createRequire(import.meta.url)(output);
