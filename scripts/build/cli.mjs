#!/usr/bin/env node
// `lambda-secrets build`, for an app that has this package as a dependency: zips the functions below its folder
// lambda/.
import { existsSync } from "node:fs";
import { makeStale } from "./fresh.mjs";
import { functionTargets, HandlerError } from "./functions.mjs";

const USAGE = `Usage: lambda-secrets build [folder]

Makes dist/<folder>/<name>.zip of each folder with handler.ts or index.py below a folder of functions (default: lambda).
`;

const [command, named, ...others] = process.argv.slice(2);
const folder = named ?? "lambda";
if (command !== "build" || named?.startsWith("-") || others.length > 0) {
  process.stderr.write(USAGE);
  process.exit(1);
}
// An app that only grants functions that exist has none of its own.
if (named === undefined && !existsSync(folder)) {
  process.stdout.write(`nothing to build: there is no folder ${folder}\n`);
  process.exit();
}
const inputs = ["tsconfig.json", "node_modules/.package-lock.json"];
const targets = functionTargets(process.cwd(), folder, { inputs });
if (targets.length === 0) {
  const rule = `${folder} must hold a folder with handler.ts or index.py; it holds none`;
  process.stderr.write(`${rule}. Add ${folder}/<name>/handler.ts\n`);
  process.exit(1);
}
const made = await makeStale(process.cwd(), targets).catch((error) => {
  if (!(error instanceof HandlerError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
process.stdout.write(made.length > 0 ? `built ${made.join(", ")}\n` : "nothing to build\n");
