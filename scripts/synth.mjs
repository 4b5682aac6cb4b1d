// npm run synth [-- --output <folder>], and the first step of diff, deploy and destroy.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./build/main.mjs";
import { loadApp } from "./load-app.mjs";

process.chdir(root);
// The variable is CDKTF's own: the app reads it.
process.env.CDKTF_OUTDIR = namedFolder() || process.env.CDKTF_OUTDIR || "cdktf.out";
const folder = process.env.CDKTF_OUTDIR;
const { app, keepCompiled } = await loadApp();
const environment = app.main();
if (!process.exitCode) {
  for (const warning of warnings()) console.log(`warning: ${warning}`);
  console.log(`synthesized ${environment} to ${folder}`);
  keepCompiled();
  // Node would wait for V8's garbage collector, which has begun to mark: 7 % of a synth.
  process.exit();
}

function namedFolder() {
  try {
    const { values } = parseArgs({ options: { output: { type: "string", short: "o" } } });
    return values.output;
  } catch (error) {
    console.error(
      `npm run synth knows --output <folder> only (${error.message.split(". ")[0]}); \`npx cdktf synth\` has ` +
        "more options",
    );
    process.exit(1);
  }
}

/** What constructs warn of, by where they are. */
function warnings() {
  const { stacks } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  return Object.values(stacks)
    .flatMap(({ annotations }) => annotations)
    .filter(({ level }) => level === "@cdktf/warn")
    .map(({ constructPath, message }) => `${constructPath}: ${message}`);
}
