import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailed, run } from "../../scripts/support/processes";

const ROOT = join(__dirname, "..", "..");

/** What a machine is like where the install scripts of packages did not run: node-pty's loader prints before it throws. */
const WITHOUT_PTY = `
const Module = require("node:module");
const load = Module._load;
Module._load = function (name, ...rest) {
  if (name === "@cdktf/node-pty-prebuilt-multiarch") {
    console.error("innerError", new Error("Cannot find module '../build/Debug/pty.node'"));
    throw new Error("Cannot find module '../build/Release/pty.node'");
  }
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

async function cdktf(words: readonly string[], variables: Readonly<Record<string, string>>) {
  const preload = join(directory, "preload.cjs");
  writeFileSync(preload, WITHOUT_PTY);
  const env = { ...process.env, NODE_OPTIONS: `--require ${JSON.stringify(preload)}`, ...variables };
  return await run(process.execPath, ["scripts/cdktf.mjs", ...words], { cwd: ROOT, env });
}

/** What a command prints that is refused before anything is synthesized. */
async function refusal(
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const failed: CommandFailed = await cdktf(words, variables).then(
    () => Promise.reject(new Error("it was not refused")),
    (error) => error,
  );
  expect(failed).toBeInstanceOf(CommandFailed);
  expect(failed.code).toBe(1);
  return failed.output;
}

test("a stack named behind an option is not taken for none, which would mean all", async () => {
  const output = await refusal(["destroy", "--auto-approve", "dev-native"]);
  expect(output).toBe("name stacks before the options: npm run destroy -- dev-native …\n");
});

test("synth needs no node-pty", async () => {
  const out = join(directory, "out");
  const { output } = await cdktf(["synth"], { CDKTF_OUTDIR: out });

  expect(output).toBe(`synthesized to ${out}\n`);
  const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
  expect(Object.keys(manifest.stacks)).toContain("dev-foundation");
});

test("synth with options, which only the CLI knows, is refused without node-pty", async () => {
  expect(await refusal(["synth", "--hcl"])).toMatch(
    /^cdktf synth --hcl needs node-pty[^\n]*`npm run doctor`[^\n]*\n$/,
  );
});

test("deploy without node-pty is refused in one sentence that names the doctor", async () => {
  expect(await refusal(["deploy"])).toMatch(/^cdktf deploy needs node-pty[^\n]*`npm run doctor`[^\n]*\n$/);
});

test.each(["diff", "deploy", "destroy"])(
  "%s with another output folder is refused, because it would not find local state",
  async (command) => {
    const expected = new RegExp(`^cdktf ${command} finds local state beside cdktf.out only[^\\n]*\\n$`);
    const out = join(directory, "out");

    expect(await refusal([command], { CDKTF_OUTDIR: out })).toMatch(expected);
    expect(await refusal([command, "dev-foundation", "--output", out])).toMatch(expected);
    expect(existsSync(out)).toBe(false);
  },
);
