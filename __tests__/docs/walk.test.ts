import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { loadEnvironment } from "../../constructs/environment";
import { type Block, documents } from "./support/documents";
import { copyOfProject } from "./support/project-copy";

const isStep = ({ language, info }: Block) =>
  language === "json" ||
  (language === "sh" && info === "") ||
  (language === "ts" && !info.startsWith("app/"));

const walks = documents.flatMap(({ path, blocks }) => {
  const steps = blocks.filter(isStep);
  return steps.length > 0 ? [[path, steps] as const] : [];
});

test.each(walks)(
  "whoever follows %s from block to block gets there",
  async (_, steps) => {
    const folder = copyOfProject();
    for (const step of steps) await take(step, folder);
  },
  300_000,
);

async function take({ place, language, info, code }: Block, folder: string): Promise<void> {
  try {
    if (language === "sh") await run(code, folder);
    else if (info.startsWith("environments/")) changeEnvironment(info, JSON.parse(code), folder);
    else if (language === "json") JSON.parse(code);
    else write(join(folder, info), code);
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`, { cause: error });
  }
}

async function run(code: string, folder: string): Promise<void> {
  const { ENVIRONMENT: _, SECRET_BACKEND: __, ...env } = process.env;
  await promisify(execFile)("bash", ["-euo", "pipefail", "-c", code], { cwd: folder, env });
}

/** Puts the keys that are shown into the environment's file; it must load then. */
function changeEnvironment(file: string, changes: object, folder: string): void {
  const before = JSON.parse(readFileSync(join(folder, file), "utf8"));
  write(join(folder, file), JSON.stringify({ ...before, ...changes }));
  const start = process.cwd();
  // Where a function's code is looked for.
  process.chdir(folder);
  try {
    loadEnvironment(basename(file, ".json"), { variables: {} });
  } finally {
    process.chdir(start);
  }
}

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
