// npm run synth | diff | deploy | destroy [-- stacks, then options]: the CDKTF CLI for the environment of ENVIRONMENT.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./build.mjs";
import { loadApp } from "./load-app.mjs";

const require = createRequire(import.meta.url);
const [command, ...rest] = process.argv.slice(2);
const firstOption = rest.findIndex((word) => word.startsWith("-"));
const stacks = firstOption === -1 ? rest : rest.slice(0, firstOption);
const options = firstOption === -1 ? [] : rest.slice(firstOption);

process.chdir(root);
// Also shows what is wrong with the environment, without the CLI's stack trace around it.
(await loadApp()).app.main(root);
if (process.exitCode) process.exit();

if (cliWorks()) runCli();
else if (command !== "synth") {
  console.error(
    `cdktf ${command} needs node-pty, which does not load in Node ${process.version}; \`npm run doctor\` has the fix`,
  );
  process.exit(1);
}

function runCli() {
  // `cdktf diff` compares one stack at a time.
  if (command === "diff")
    for (const stack of stacks.length > 0 ? stacks : synthesizedStacks()) cdktf("diff", stack, ...options);
  else if (command === "synth") cdktf("synth", ...options);
  else cdktf(command, ...(stacks.length > 0 ? stacks : ["*"]), ...options);
}

function cdktf(...words) {
  const { status } = spawnSync(join("node_modules", ".bin", "cdktf"), words, {
    stdio: "inherit",
    env: { CHECKPOINT_DISABLE: "1", ...process.env },
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** cdktf-cli needs node-pty, which is compiled on install and is missing where install scripts did not run. */
function cliWorks() {
  try {
    require("@cdktf/node-pty-prebuilt-multiarch");
    return true;
  } catch {
    return false;
  }
}

function synthesizedStacks() {
  const { stacks: known } = JSON.parse(readFileSync(join("cdktf.out", "manifest.json"), "utf8"));
  return Object.keys(known).sort((a, b) => known[a].dependencies.length - known[b].dependencies.length);
}
