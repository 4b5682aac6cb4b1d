import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { blocksOf, documents, root, spansOf } from "./support/documents";

const { scripts, bin = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
  bin?: Readonly<Record<string, string>>;
};

const shells = blocksOf("sh").map(({ place, code }) => [place, code.replaceAll(/<[\w ]+>/g, "x")] as const);
const spans = documents.flatMap(spansOf).filter((span) => /^([A-Z_]+=\S+ )?(npm|npx) /.test(span));
const lines = [...shells.flatMap(([, code]) => code.split("\n")), ...spans];

/** The words behind `npm run` or `npx`, one command each. */
const commands = lines.flatMap((line) =>
  [...line.matchAll(/\b(npm run|npx) ([^#&|;]+)/g)].map(([, tool = "", words = ""]) => ({
    tool,
    words: words.trim().split(/\s+/),
  })),
);

test.each(shells)("the commands of %s are Bash", (_, code) => {
  execFileSync("bash", ["-n"], { input: code });
});

test("every npm command is a script, and every npx command is there", () => {
  const named = (tool: string) =>
    commands.filter((command) => command.tool === tool).map(({ words }) => words[0] ?? "");
  expect(named("npm run").filter((name) => scripts[name] === undefined)).toEqual([]);
  const isInstalled = (name: string) =>
    existsSync(join(root, "node_modules", ".bin", name)) || bin[name] !== undefined;
  expect(named("npx").filter((name) => !isInstalled(name))).toEqual([]);
});

const withOptions = commands.filter(({ tool, words }) => tool === "npm run" && words.length > 1);

/** `synth` has one option; who has more has `--help` too, and parses everything before it shows its help. */
test.concurrent.each([...new Set(withOptions.map(({ words }) => words.join(" ")))])(
  "npm run %s is understood",
  async (text) => {
    const [script = "", separator, ...words] = text.split(" ");
    expect(separator).toBe("--");
    if (script === "synth") expect(words).toEqual(["--output", expect.any(String)]);
    else await run(`${scripts[script]} --help ${words.join(" ")}`);
  },
  120_000,
);

/** As npm does, without the time that npm takes. */
async function run(command: string): Promise<void> {
  const env = { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}` };
  await promisify(execFile)("bash", ["-c", command], { cwd: root, env });
}
