import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../support/shipped";

const cli = join(projectRoot, "scripts", "build", "cli.mjs");

function build(folders: readonly string[], ...args: readonly string[]) {
  const cwd = mkdtempSync(join(tmpdir(), "app-"));
  for (const folder of folders) mkdirSync(join(cwd, folder));
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

test("an option is no folder", () => {
  expect(build([], "--help")).toEqual({ status: 1, stdout: "", stderr: expect.stringMatching(/^Usage: /) });
});
