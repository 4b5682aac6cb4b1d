import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandFailed, run } from "../../../../scripts/support/processes";

const ROOT = join(__dirname, "..", "..", "..", "..");
/** What the tests have done, or would do for minutes. */
const OTHERS = /^npm ci$|ci:synth-twice/;

export interface Ran {
  /** Of the first line that failed; 0 if none did. */
  readonly code: number;
  readonly output: string;
  /** What its lines wrote for GitHub. */
  readonly outputs: string;
  readonly summary: string;
}

interface Step {
  readonly line: string;
  /** Whether it also runs after a failure. */
  readonly afterFailure: boolean;
  /** Variables by name, with GitHub's expressions. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The `run:` lines of a workflow's job and of this project's actions in it, in their order. */
export function stepsOf(workflow: string, job: string): readonly Step[] {
  const text = readFileSync(join(ROOT, ".github", "workflows", workflow), "utf8");
  const found = text.split(/^ {2}(?=\w+:$)/m).find((one) => one.startsWith(`${job}:`));
  if (found === undefined) throw new Error(`${workflow} has no job ${job}`);
  return stepsIn(found);
}

function stepsIn(text: string): readonly Step[] {
  const [head = "", ...steps] = text.split(/^ +- /m);
  return steps.flatMap((step): readonly Step[] => {
    const [, action] = /^uses: \.\/(\S+)$/m.exec(step) ?? [];
    const [, line] = /^ *run: (.*)$/m.exec(step) ?? [];
    const afterFailure = /^if: \$\{\{ !cancelled\(\) \}\}$/m.test(step);
    const own = line === undefined ? [] : [{ line, afterFailure, variables: variablesIn(step) }];
    const itsSteps = action ? stepsIn(readFileSync(join(ROOT, action, "action.yml"), "utf8")) : own;
    return itsSteps.map((one) => ({ ...one, variables: { ...variablesIn(head), ...one.variables } }));
  });
}

function variablesIn(text: string): Readonly<Record<string, string>> {
  const [, , block = ""] = /^( +)env:\n((?:\1 +\S.*\n)+)/m.exec(`${text}\n`) ?? [];
  return Object.fromEntries(
    [...block.matchAll(/^ +(\w+): (.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}

export interface Runner {
  /** Where the lines run. */
  readonly folder: string;
  /** Variables that a runner has, and that no step names. */
  readonly variables: NodeJS.ProcessEnv;
  /** What GitHub's expressions are worth. */
  readonly expressions: Readonly<Record<string, string>>;
}

/** Runs a job's lines as GitHub does, one after another. */
export async function runJob(workflow: string, job: string, runner: Runner): Promise<Ran> {
  const written = join(runner.folder, "written");
  rmSync(written, { recursive: true, force: true });
  mkdirSync(written);
  const files = { GITHUB_OUTPUT: join(written, "output"), GITHUB_STEP_SUMMARY: join(written, "summary") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  let [code, output] = [0, ""];
  for (const { line, afterFailure, variables } of stepsOf(workflow, job)) {
    if (OTHERS.test(line) || (code !== 0 && !afterFailure)) continue;
    const env = { ...process.env, ...runner.variables, ...valuesOf(variables, runner), ...files };
    const ran = await shell(line, runner.folder, env);
    code ||= ran.code;
    output += ran.output;
  }
  const [outputs, summary] = [files.GITHUB_OUTPUT, files.GITHUB_STEP_SUMMARY].map((file) =>
    readFileSync(file, "utf8"),
  ) as [string, string];
  return { code, output, outputs, summary };
}

/** Runs one line as GitHub does where the shell is named. */
export async function shell(line: string, folder: string, env: NodeJS.ProcessEnv) {
  const words = ["--noprofile", "--norc", "-eo", "pipefail", "-c", line];
  const { code, output } = await run("bash", words, { cwd: folder, env }).catch((error) => {
    if (error instanceof CommandFailed) return error;
    throw error;
  });
  return { code, output };
}

function valuesOf(variables: Step["variables"], { expressions }: Runner): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(variables).map(([name, text]) => {
      const value = expressions[/^\$\{\{ (.*) \}\}$/.exec(text)?.[1] ?? ""];
      if (value === undefined) throw new Error(`a test must say what ${name} is worth, which is ${text}`);
      return [name, value];
    }),
  );
}

/** A project whose commands are this one's, with stacks that are synthesized already. */
export function writeProject(folder: string, stacks: string): void {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const command = join("__tests__", "scripts", "deploy", "support", "command.ts");
  const ours = Object.entries(scripts).map(([name, script]) => [
    name,
    script
      .replace("scripts/deploy/main.ts", `${command} ${stacks}`)
      .replaceAll(/ (scripts|__tests__)\//g, ` ${ROOT}/$1/`),
  ]);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ scripts: Object.fromEntries(ours) }));
}
