import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailed, run } from "../../scripts/support/processes";

const ROOT = join(__dirname, "..", "..");

/** What a machine is like where the install scripts of packages did not run. */
const WITHOUT_PTY = `
const Module = require("node:module");
const load = Module._load;
Module._load = function (name, ...rest) {
  if (name === "@cdktf/node-pty-prebuilt-multiarch") throw new Error("not compiled");
  return load.call(this, name, ...rest);
};
`;

jest.setTimeout(60_000);

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cdktf-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function cdktfWithoutPty(command: string) {
  const preload = join(directory, "preload.cjs");
  writeFileSync(preload, WITHOUT_PTY);
  const { ENVIRONMENT: _, SECRET_BACKEND: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
    CDKTF_OUTDIR: join(directory, "out"),
  };
  return await run(process.execPath, ["scripts/cdktf.mjs", command], { cwd: ROOT, env });
}

test("synth needs no node-pty", async () => {
  const { output } = await cdktfWithoutPty("synth");

  expect(output).toBe(`synthesized to ${join(directory, "out")}\n`);
  const manifest = JSON.parse(readFileSync(join(directory, "out", "manifest.json"), "utf8"));
  expect(Object.keys(manifest.stacks)).toContain("dev-foundation");
});

test("deploy without node-pty is refused in one sentence that names the doctor", async () => {
  const failed: CommandFailed = await cdktfWithoutPty("deploy").then(
    () => Promise.reject(new Error("it deployed")),
    (error) => error,
  );

  expect(failed).toBeInstanceOf(CommandFailed);
  expect(failed.code).toBe(1);
  expect(failed.output).toMatch(/^cdktf deploy needs node-pty[^\n]*`npm run doctor`[^\n]*\n$/);
});
