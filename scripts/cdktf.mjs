// npm run synth | diff | deploy | destroy [-- stacks, then options]: the CDKTF CLI for the environment of ENVIRONMENT.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build/main.mjs";
import { loadApp } from "./load-app.mjs";

const [command, ...rest] = process.argv.slice(2);
const firstOption = rest.findIndex((word) => word.startsWith("-"));
const stacks = firstOption === -1 ? rest : rest.slice(0, firstOption);
const options = firstOption === -1 ? [] : rest.slice(firstOption);

process.chdir(root);
// Without a name in its place, the command would be for all stacks.
const misplaced = options.filter((word) => /^[^-].*-(foundation|native|vault|application)$/.test(word));
if (misplaced.length > 0)
  fail(`name stacks before the options: npm run ${command} -- ${[...stacks, ...misplaced].join(" ")} …`);
// The path of a local state is relative to the output folder: with another one, every resource would seem to be new.
if (command !== "synth" && (process.env.CDKTF_OUTDIR || options.some(namesFolder)))
  fail(
    `cdktf ${command} finds local state beside cdktf.out only, not beside another output folder; unset CDKTF_OUTDIR and leave out --output, they are for synth`,
  );
const works = cliWorks();
if (!works && (command !== "synth" || options.length > 0))
  fail(
    `cdktf ${[command, ...options].join(" ")} needs node-pty, which does not load in Node ${process.version}; \`npm run doctor\` has the fix`,
  );

/** Where the app synthesizes to, by the variable that CDKTF has for it. */
const folder = process.env.CDKTF_OUTDIR || "cdktf.out";
// Also shows what is wrong with the environment, without the CLI's stack trace around it.
mkdirSync(folder, { recursive: true });
(await loadApp()).app.main();
if (process.exitCode) process.exit();

if (works) runCli();
else console.log(`synthesized to ${folder}`);

function runCli() {
  // `cdktf diff` compares one stack at a time.
  if (command === "diff") diff();
  else if (command === "synth") end(cdktf("synth", ...options));
  else end(cdktf(command, ...(stacks.length > 0 ? stacks : ["*"]), ...options));
}

function diff() {
  const known = synthesizedStacks();
  for (const stack of stacks.length > 0 ? stacks : Object.keys(known)) {
    const status = cdktf("diff", stack, ...options);
    if (status === 0) continue;
    const others = known[stack]?.dependencies ?? [];
    if (others.length > 0)
      console.error(`${stack} reads the outputs of ${others.join(" and ")}; deploy them first`);
    end(status);
  }
}

function cdktf(...words) {
  // The CLI ignores the variable, and has an option.
  const output = process.env.CDKTF_OUTDIR ? ["--output", folder] : [];
  const { status } = spawnSync(join("node_modules", ".bin", "cdktf"), [...words, ...output], {
    stdio: "inherit",
    env: { CHECKPOINT_DISABLE: "1", ...process.env },
  });
  return status ?? 1;
}

function end(status) {
  if (status !== 0) process.exit(status);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function namesFolder(option) {
  return /^(-o|--output(=|$))/.test(option);
}

/** cdktf-cli needs node-pty, which is missing where its install script did not run. Its loader would print why. */
function cliWorks() {
  const load = ["-e", 'require("@cdktf/node-pty-prebuilt-multiarch")'];
  return spawnSync(process.execPath, load, { stdio: "ignore" }).status === 0;
}

/** By name, what others depend on first. */
function synthesizedStacks() {
  const { stacks: known } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const order = ([, a], [, b]) => a.dependencies.length - b.dependencies.length;
  return Object.fromEntries(Object.entries(known).sort(order));
}
