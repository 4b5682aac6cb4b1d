import { join } from "node:path";
import { terraform as checkTerraform } from "../doctor/checks";
import { thisMachine } from "../doctor/machine";
import { CommandFailed } from "../support/processes";
import { usersTerraformEnvironment } from "../terraform/provider-source";
import { approval } from "./approval";
import { type Arguments, parseArguments, USAGE } from "./arguments";
import { Driver } from "./driver";
import { Interruption } from "./interruption";
import { plainScreen, prefixedScreen } from "./screen";
import { type Stack, selectStacks, synthesizedStacks } from "./stacks";
import { exitCode, summary } from "./summary";
import { synthesize } from "./synthesize";

const ROOT = join(__dirname, "..", "..");
const OUTPUT = join(ROOT, "cdktf.out");

async function main(args: Arguments): Promise<number> {
  const { command, autoApprove, terraform: extra } = args;
  const asks = command !== "diff" && !autoApprove;
  if (asks && !process.stdin.isTTY)
    throw new Error(
      `npm run ${command} asks before it applies a plan, and there is no terminal to answer at; with --auto-approve it does not ask`,
    );
  if (process.env.CDKTF_OUTDIR)
    throw new Error(
      `npm run ${command} finds local state beside cdktf.out only, not beside another output folder; unset CDKTF_OUTDIR, it is for synth`,
    );
  const { status, detail, fix } = await checkTerraform(thisMachine());
  if (status === "failed") throw new Error(`${detail}. ${fix}`);

  const interruption = new Interruption();
  interruption.listen();
  await synthesize({ inherit: true });
  const all = synthesizedStacks(OUTPUT);
  const stacks = selectStacks(all, args.stacks);
  const driver = new Driver({
    all,
    environment: await usersTerraformEnvironment(),
    screen: command === "diff" || asks ? plainScreen() : prefixedScreen(stacks.map(({ name }) => name)),
    extra,
    interruption,
    ...(asks && { approve: (question) => approval(question, interruption.signal) }),
  });
  if (!args.ignoreDependencies) await refuseApart(driver, args, stacks);
  const outcomes = await driver[command](stacks);
  process.stdout.write(`\n${summary(command, outcomes, interruption.happened)}\n`);
  return exitCode(outcomes, { interrupted: interruption.happened, detailed: args.detailedExitCode });
}

/** Stacks that are named are dealt with alone: refused where that cannot end well. */
async function refuseApart(driver: Driver, { command, stacks: names }: Arguments, stacks: readonly Stack[]): Promise<void> {
  if (names.length === 0 || command === "diff") return;
  const problems = await (command === "deploy" ? driver.notDeployable(stacks) : driver.notDestroyable(stacks));
  if (problems.length > 0)
    throw new Error(
      `${problems.join("\n")}\nname these stacks, too, or use --ignore-dependencies to leave them out of account`,
    );
}

/** A failed command has said itself why. */
function explain(error: unknown): string {
  return error instanceof CommandFailed ? "" : `${(error as Error).message}\n`;
}

// Whoever reads the output may go; Terraform still has to be waited for.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
try {
  const args = parseArguments(process.argv.slice(2));
  if (args.help) process.stdout.write(USAGE);
  else
    main(args)
      .catch((error) => {
        process.stderr.write(explain(error));
        return 1;
      })
      .then((code) => process.exit(code));
} catch (error) {
  process.stderr.write(explain(error));
  process.exitCode = 1;
}
