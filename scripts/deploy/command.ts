import { terraform as checkTerraform } from "../doctor/checks";
import { thisMachine } from "../doctor/machine";
import { type PlanText, reviewPlans } from "../review/review";
import { showReview } from "../review/shown-review";
import { failedItself } from "../support/ending";
import { usersTerraformEnvironment } from "../terraform/provider-source";
import { approval } from "./approval";
import { approvedBy } from "./approved";
import { type Arguments, type Command, parseArguments, USAGE } from "./arguments";
import { Driver, type DriverOptions } from "./driver";
import { Interruption } from "./interruption";
import { leftBehind } from "./left-behind";
import { notPlanned, readReport, reportOf, writeReport } from "./report";
import { plainScreen, prefixedScreen } from "./screen";
import { type Stack, selectStacks, synthesizedStacks } from "./stacks";
import { exitCode, summary } from "./summary";

/** What the command is about. */
export interface Synthesized {
  readonly folder: string;
  /** The environment's name. */
  readonly environment: string;
  /** As `DriverOptions.prepare`, for the stacks in the folder. */
  readonly prepare?: (command: Command, stacks: readonly Stack[]) => DriverOptions["prepare"];
}

/**
 * `npm run diff`, `deploy` and `destroy`.
 *
 * @param synthesize puts the stacks into the folder
 * @param interruption of whoever runs several of them
 * @returns the exit code
 */
export async function runCommand(
  argv: readonly string[],
  synthesize: () => Promise<Synthesized>,
  interruption = new Interruption(),
): Promise<number> {
  // Whoever reads the output may go; Terraform still has to be waited for.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
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
    const code = failedItself(error);
    return interruption.happened ? 130 : code;
  }
}

/** Whether a person at the terminal says which plans are applied. */
function asks({ autoApprove, approved }: Arguments): boolean {
  return !autoApprove && approved === undefined;
}

async function checkMachine(args: Arguments): Promise<void> {
  const { command } = args;
  if (command !== "diff" && asks(args) && !process.stdin.isTTY)
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
  { folder, environment, prepare }: Synthesized,
  interruption: Interruption,
): Promise<number> {
  const { command } = args;
  const all = synthesizedStacks(folder);
  for (const warning of await leftBehind(folder, all)) process.stderr.write(`Warning: ${warning}.\n`);
  const named = selectStacks(all, args.stacks);
  const approved =
    args.approved === undefined ? undefined : approvedBy(await readReport(args.approved), all, named);
  const stacks = approved?.stacks ?? named;
  const plans: PlanText[] = [];
  const approve = (question: string, answer: string) => approval(question, interruption.signal, answer);
  const driver = new Driver({
    all,
    environment: await usersTerraformEnvironment(),
    screen: asks(args) ? plainScreen() : prefixedScreen(named.map(({ name }) => name)),
    extra: args.terraform,
    hidesPlans: args.report !== undefined || approved !== undefined,
    review: (stack, text) => {
      plans.push({ stack, text });
      return showReview(reviewPlans([{ stack, text }]), "terminal");
    },
    prepare: prepare?.(command, all),
    interruption,
    approved: approved?.digests,
    ...(asks(args) && { approve }),
  });
  if (!args.ignoreDependencies) await refuseApart(driver, args, stacks);
  const outcomes = new Map([...(await driver[command](stacks)), ...(approved?.waiting ?? [])]);
  process.stdout.write(`\n${summary(command, outcomes, interruption.happened)}\n`);
  const code = exitCode(command, outcomes, {
    interrupted: interruption.happened,
    detailed: args.detailedExitCode,
  });
  if (args.report === undefined || interruption.happened) return code;
  const report = reportOf(environment, outcomes);
  await writeReport(args.report, report, plans);
  return notPlanned(report).length > 0 ? 1 : code;
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
