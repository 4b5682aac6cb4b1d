import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../support/shipped";

const cli = join(projectRoot, "scripts", "build", "cli.mjs");

function build(folders: readonly string[], ...args: readonly string[]) {
  const cwd = mkdtempSync(join(tmpdir(), "app-"));
  for (const folder of folders) mkdirSync(join(cwd, folder));
  return buildIn(cwd, ...args);
}

/** Builds the function of one file, with a module beside it. */
function buildFunction(file: string, code: string) {
  const cwd = mkdtempSync(join(tmpdir(), "app-"));
  const folder = join(cwd, "lambda", "billing");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), code);
  writeFileSync(join(folder, "other.ts"), "export const handler = () => 1;");
  return buildIn(cwd);
}

function buildIn(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "build", ...args], {
    cwd,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("an app without functions of its own has nothing to build", () => {
  expect(build([])).toEqual({
    status: 0,
    stdout: "nothing to build: there is no folder lambda\n",
    stderr: "",
  });
});

test.each<[string, readonly string[], readonly string[]]>([
  ["lambda", ["lambda"], []],
  ["functions", [], ["functions"]],
])("without a handler in it, the folder %s is refused with what to do", (folder, folders, args) => {
  expect(build(folders, ...args)).toEqual({
    status: 1,
    stdout: "",
    stderr:
      `${folder} must hold a folder with handler.ts or index.py; it holds none. ` +
      `Add ${folder}/<name>/handler.ts\n`,
  });
});

test.each([
  ["handler.ts", "const handler = () => 1;", "must export `handler`, which Lambda calls; it exports nothing"],
  ["handler.ts", "export const main = () => 1; export type handler = string;", "it exports main"],
  ["index.py", "def lambda_handler(event, context): # handler\n  pass", "must define `handler`"],
])("%s with %s is refused, because Lambda could not call it", (file, code, why) => {
  const { status, stderr } = buildFunction(file, code);
  expect(stderr).toMatch(new RegExp(`^lambda/billing/${file} must [^\n]+\\. Add it, or rename [^\n]+\n$`));
  expect(stderr).toContain(why);
  expect(status).toBe(1);
});

test.each([
  ["handler.ts", 'export { handler } from "./other";'],
  ["handler.ts", 'export * from "./other";'],
  ["handler.ts", "exports.handler = () => 1;"],
  ["handler.ts", 'import { handler } from "./other"; module.exports = { handler };'],
  ["index.py", "async def handler(event, context):\n  pass"],
])("%s with %s is built", (file, code) => {
  const stdout = "built dist/lambda/billing.zip\n";
  expect(buildFunction(file, code)).toEqual({ status: 0, stdout, stderr: "" });
});

test("an option is no folder", () => {
  expect(build([], "--help")).toEqual({ status: 1, stdout: "", stderr: expect.stringMatching(/^Usage: /) });
});
