import { writeFile } from "node:fs/promises";
import type { Environment } from "../../constructs/environment";
import { approval } from "../deploy/approval";
import { synthesizedStacks } from "../deploy/stacks";
import { CommandFailed } from "../support/processes";
import { Progress } from "../support/progress";
import type { Account } from "./account";
import { announcement } from "./announcement";
import { type Arguments, parseArguments, USAGE } from "./arguments";
import type { Deployed } from "./deployed";
import { observed, prove, type Stage } from "./proof";
import { proofReport } from "./report";

/** What the command is about, and what it does it with. */
export interface Proved {
  readonly environment: Environment;
  /** Folder with the synthesized stacks. */
  readonly output: string;
  readonly account: Account;
  /** What the stacks have deployed. */
  readonly deployed: () => Promise<Deployed>;
  /** Of Terraform and its providers. */
  readonly versions: () => Promise<Readonly<Record<string, string>>>;
  /** `npm run deploy`, `diff` or `destroy` with these words. Gives the exit code. */
  readonly run: (words: readonly string[]) => Promise<number>;
}

/**
 * `npm run prove`.
 *
 * @param select synthesizes the environment that is named
 * @returns the exit code
 */
export async function runCommand(
  argv: readonly string[],
  select: (environment: string) => Promise<Proved>,
): Promise<number> {
  try {
    const args = parseArguments(argv);
    if (args.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (!args.autoApprove && !process.stdin.isTTY)
      throw new Error(
        "npm run prove asks before it starts, and there is no terminal to answer at; with --auto-approve it does not",
      );
    return await run(args, await select(args.environment));
  } catch (error) {
    // What a failed command has to say, it has said itself.
    if (!(error instanceof CommandFailed)) process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

async function run(args: Arguments, proved: Proved): Promise<number> {
  const { environment, output } = proved;
  process.stdout.write(`${announcement(environment, synthesizedStacks(output), args.destroy)}\n`);
  if (!args.autoApprove && !(await approval("Start?", new AbortController().signal, environment.name))) {
    process.stdout.write("Nothing was done.\n");
    return 1;
  }
  const when = new Date();
  const stages = await play(args, proved);
  const versions = await proved.versions();
  await writeFile(args.report, proofReport({ environment, versions, stages, when }));
  const held = stages.every((stage) => stage.held);
  process.stdout.write(
    `\n${held ? "Everything held." : "Not everything held."} The report: ${args.report}\n`,
  );
  return held ? 0 : 1;
}

async function play({ autoApprove, destroy }: Arguments, proved: Proved): Promise<readonly Stage[]> {
  const progress = new Progress();
  const asked = autoApprove ? ["--auto-approve"] : [];
  const command = (title: string, ...words: string[]) =>
    observed(progress, title, async () => {
      const code = await proved.run([...words, ...asked]);
      if (code !== 0) throw new Error(`npm run ${words[0]} ended with exit code ${code}`);
      return "done";
    });
  const deployed = await command("deploy", "deploy");
  if (!deployed.held) return [deployed];
  const shown = await prove({
    deployed: await proved.deployed(),
    account: proved.account,
    progress,
    planned: async () =>
      (await proved.run(["diff", "--detailed-exitcode"])) === 0 ? [] : ["what is shown above"],
  });
  const stages = [deployed, ...shown];
  return destroy && stages.every(({ held }) => held)
    ? [...stages, await command("destroy", "destroy")]
    : stages;
}
