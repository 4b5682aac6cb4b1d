import { writeFile } from "node:fs/promises";
import type { Environment } from "../../constructs/environment";
import { approval } from "../deploy/approval";
import { Interruption } from "../deploy/interruption";
import { synthesizedStacks } from "../deploy/stacks";
import { failedItself } from "../support/ending";
import { Progress } from "../support/progress";
import type { Account } from "./account";
import { announcement } from "./announcement";
import { type Arguments, parseArguments, USAGE } from "./arguments";
import type { Deployed } from "./deployed";
import { prove } from "./proof";
import { proofReport } from "./report";
import { play, type Stage } from "./stage";

/** What the command is about, and what it does it with. */
export interface Proved {
  readonly environment: Environment;
  /** Folder with the synthesized stacks. */
  readonly output: string;
  readonly account: Account;
  /** Names of the stacks that have resources. */
  readonly inService: () => Promise<readonly string[]>;
  /** What the stacks have deployed. */
  readonly deployed: () => Promise<Deployed>;
  /** Of Terraform and its providers. */
  readonly versions: () => Promise<Readonly<Record<string, string>>>;
  /** `npm run deploy`, `diff` or `destroy` with these words. Gives the exit code. */
  readonly run: (words: readonly string[], interruption: Interruption) => Promise<number>;
}

/** Lines may reach a log, and clocks differ. */
const CLOCKS_MS = 5 * 60_000;

/** Of `diff --detailed-exitcode`. */
const HAS_CHANGES = 2;

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
    return await run(args, await select(args.environment), new Interruption());
  } catch (error) {
    return failedItself(error);
  }
}

async function run(args: Arguments, proved: Proved, interruption: Interruption): Promise<number> {
  const { environment, output } = proved;
  if (args.destroy) refuseToDestroy(await proved.inService());
  process.stdout.write(`${announcement(environment, synthesizedStacks(output), args.destroy)}\n`);
  interruption.listen();
  if (!args.autoApprove && !(await approval("Start?", interruption.signal, environment.name))) {
    process.stdout.write("Nothing was done.\n");
    return 1;
  }
  const when = new Date();
  const stages: Stage[] = [];
  let versions: Readonly<Record<string, string>> = {};
  let ended = false;
  const report = async (): Promise<void> =>
    await writeFile(args.report, proofReport({ environment, versions, stages, ended, when }));
  // Before anything is done: a report that cannot be written must not be found out at the end.
  await report();
  try {
    for await (const stage of played(args, proved, interruption)) stages.push(stage);
    versions = await proved.versions();
    ended = !interruption.happened;
  } finally {
    await report();
  }
  const held = ended && stages.every((stage) => stage.held);
  process.stdout.write(
    `\n${held ? "Everything held." : "Not everything held."} The report: ${args.report}\n`,
  );
  return held ? 0 : 1;
}

/** What was there before is not the proof's to destroy. */
function refuseToDestroy(inService: readonly string[]): void {
  if (inService.length === 0) return;
  throw new Error(
    `--destroy is for an environment that the proof makes, and ${inService.join(", ")} have resources already. Leave ` +
      "--destroy out; npm run destroy destroys them afterwards",
  );
}

async function* played(
  { autoApprove, destroy }: Arguments,
  proved: Proved,
  interruption: Interruption,
): AsyncGenerator<Stage, void, void> {
  const progress = new Progress();
  const since = new Date(Date.now() - CLOCKS_MS);
  const command = async (word: string): Promise<Stage> => {
    const work = async (): Promise<string> => {
      const code = await proved.run([word, ...(autoApprove ? ["--auto-approve"] : [])], interruption);
      if (code !== 0) throw new Error(`npm run ${word} ended with exit code ${code}`);
      return "done";
    };
    return await play(word, work, { progress, talks: true });
  };
  const deployed = await command("deploy");
  yield deployed;
  if (!deployed.held || interruption.happened) return;
  const stages = await prove({
    deployed: await proved.deployed(),
    account: proved.account,
    progress,
    since,
    signal: interruption.signal,
    planned: async () => {
      const code = await proved.run(["diff", "--detailed-exitcode"], interruption);
      if (code !== 0 && code !== HAS_CHANGES)
        throw new Error(`it could not be planned: npm run diff ended with exit code ${code}`);
      return code === 0 ? [] : ["what is shown above"];
    },
  });
  yield* stages;
  if (destroy && !interruption.happened && stages.every(({ held }) => held)) yield await command("destroy");
}
