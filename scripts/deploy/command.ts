import { terraform as checkTerraform } from "../doctor/checks";
import { thisMachine } from "../doctor/machine";
import { reviewPlans } from "../review/review";
import { showReview } from "../review/shown-review";
import { CommandFailed } from "../support/processes";
import { usersTerraformEnvironment } from "../terraform/provider-source";
import { approval } from "./approval";
import { type Arguments, type Command, parseArguments, USAGE } from "./arguments";
import { Driver, type DriverOptions } from "./driver";
import { Interruption } from "./interruption";
import { leftBehind } from "./left-behind";
import { plainScreen, prefixedScreen } from "./screen";
import { type Stack, selectStacks, synthesizedStacks } from "./stacks";
import { exitCode, summary } from "./summary";

/** What the command is about. */
export interface Synthesized {
  readonly folder: string;
  /** As `DriverOptions.prepare`, for the stacks in the folder. */
  readonly prepare?: (command: Command, stacks: readonly Stack[]) => DriverOptions["prepare"];
}

/**
 * `npm run diff`, `deploy` and `destroy`.
 *
 * @param synthesize puts the stacks into the folder
 * @returns the exit code
 */
export async function runCommand(
  argv: readonly string[],
  synthesize: () => Promise<Synthesized>,
): Promise<number> {
  // Whoever reads the output may go; Terraform still has to be waited for.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const interruption = new Interruption();
  try {
    const args = parseArguments(argv);
    if (args.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    await checkMachine(args);
    interruption.listen();
    return await run(args, await synthesize(), interruption);
  } catch (error) {
    // What a failed command has to say, it has said itself.
    if (!(error instanceof CommandFailed)) process.stderr.write(`${(error as Error).message}\n`);
    return interruption.happened ? 130 : 1;
  }
}

async function checkMachine({ command, autoApprove }: Arguments): Promise<void> {
  if (command !== "diff" && !autoApprove && !process.stdin.isTTY)
    throw new Error(
      `npm run ${command} asks before it applies a plan, and there is no terminal to answer at; with ` +
        "--auto-approve it does not ask",
    );
  if (process.env.CDKTF_OUTDIR)
    throw new Error(
      `npm run ${command} finds local state beside cdktf.out only, not beside another output folder; unset ` +
        "CDKTF_OUTDIR, it is for synth",
    );
  const { status, detail, fix } = await checkTerraform(thisMachine());
  if (status === "failed") throw new Error(`${detail}. ${fix}`);
}

async function run(
  args: Arguments,
  { folder, prepare }: Synthesized,
  interruption: Interruption,
): Promise<number> {
  const { command, autoApprove } = args;
  const all = synthesizedStacks(folder);
  for (const warning of leftBehind(folder, all)) process.stderr.write(`Warning: ${warning}.\n`);
  const stacks = selectStacks(all, args.stacks);
  const approve = (question: string, answer: string) => approval(question, interruption.signal, answer);
  const driver = new Driver({
    all,
    environment: await usersTerraformEnvironment(),
    screen: autoApprove ? prefixedScreen(stacks.map(({ name }) => name)) : plainScreen(),
    extra: args.terraform,
    review: (stack, plan) => showReview(reviewPlans([{ stack, text: plan }]), "terminal"),
    prepare: prepare?.(command, all),
    interruption,
    ...(!autoApprove && { approve }),
  });
  if (!args.ignoreDependencies) await refuseApart(driver, args, stacks);
  const outcomes = await driver[command](stacks);
  process.stdout.write(`\n${summary(command, outcomes, interruption.happened)}\n`);
  return exitCode(command, outcomes, { interrupted: interruption.happened, detailed: args.detailedExitCode });
}

/** Stacks that are named are dealt with alone, which is refused where it cannot end well. */
async function refuseApart(
  driver: Driver,
  { command, stacks: names }: Arguments,
  stacks: readonly Stack[],
): Promise<void> {
  if (names.length === 0 || command === "diff") return;
  const problems = await (command === "deploy"
    ? driver.notDeployable(stacks)
    : driver.notDestroyable(stacks));
  if (problems.length > 0)
    throw new Error(
      `${problems.join("\n")}\nname these stacks, too, or leave them out of account with --ignore-dependencies`,
    );
}
