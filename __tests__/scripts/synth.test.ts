import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailed, run } from "../../scripts/support/processes";

const ROOT = join(__dirname, "..", "..");

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "synth-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function synth(words: readonly string[], variables: Readonly<NodeJS.ProcessEnv> = {}) {
  const env = { ...process.env, ...variables };
  return await run(process.execPath, ["scripts/synth.mjs", ...words], { cwd: ROOT, env });
}

/** What a command prints that fails. */
async function failure(
  words: readonly string[],
  variables: Readonly<NodeJS.ProcessEnv> = {},
): Promise<string> {
  const failed: CommandFailed = await synth(words, variables).then(
    () => Promise.reject(new Error("it did not fail")),
    (error) => error,
  );
  expect(failed).toBeInstanceOf(CommandFailed);
  expect(failed.code).toBe(1);
  return failed.output;
}

test.each(["CDKTF_OUTDIR", "--output"])(
  "synth writes to the folder that %s names, and says what",
  async (by) => {
    const out = join(directory, "out");
    const { output } = await (by === "--output" ? synth([by, out]) : synth([], { [by]: out }));

    expect(output).toBe(`synthesized dev to ${out}\n`);
    const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
    expect(Object.keys(manifest.stacks)).toContain("dev-foundation");
  },
);

test("synth says what constructs warn of, by where they are", async () => {
  const dev = JSON.parse(readFileSync(join(ROOT, "environments", "dev.json"), "utf8"));
  const secrets = [{ ...dev.secrets[0], schedule: "rate(60 days)" }];
  const file = join(directory, "warned.json");
  writeFileSync(file, JSON.stringify({ ...dev, $schema: undefined, secrets }));
  const { output } = await synth(["--output", join(directory, "out")], { ENVIRONMENT: file });

  expect(output).toMatch(/^warning: warned-native\/[^\n]+: [^\n]+\n/);
});

test("what the guard refuses is said without a stack, and without a way to ignore it", async () => {
  const dev = JSON.parse(readFileSync(join(ROOT, "environments", "dev.json"), "utf8"));
  const [first] = dev.functions;
  const functions = [{ ...first, variables: { ...first.variables, DB_PASSWORD: "literal" } }];
  const file = join(directory, "guarded.json");
  writeFileSync(file, JSON.stringify({ ...dev, $schema: undefined, functions }));

  expect(await failure(["--output", join(directory, "out")], { ENVIRONMENT: file })).toMatch(
    /^\[guarded-functions\/\S+\] [^\n]+ has a secret in code, in DB_PASSWORD\.[^\n]+\n$/,
  );
});

test("a broken environment is reported with its problems alone", async () => {
  const file = join(directory, "broken.json");
  writeFileSync(file, "{}");
  const out = join(directory, "out");

  expect(await failure(["--output", out], { ENVIRONMENT: file })).toMatch(
    /^\S*broken\.json has \d+ problems:\n/,
  );
  expect(existsSync(join(out, "manifest.json"))).toBe(false);
});

test("an option that only the CLI of CDKTF has is refused in one line, which names that", async () => {
  expect(await failure(["--hcl"])).toMatch(
    /^npm run synth knows --output <folder> only [^\n]*`npx cdktf synth`[^\n]*\n$/,
  );
});
