import { failedChecks } from "../../scripts/doctor/checks";
import { thisMachine } from "../../scripts/doctor/machine";
import { endAllProcesses } from "../../scripts/support/processes";
import { Progress } from "../../scripts/support/progress";
import { detectProviderSource, type ProviderSource } from "../../scripts/terraform/provider-source";
import { badDayOf } from "../aws/faults/bad-day";
import { type Arguments, parseArguments, USAGE } from "./arguments";
import { chooseDatabases } from "./databases/choice";
import { explainFailure } from "./failure";
import { formatReport, listed } from "./report";
import { LocalRun } from "./run";
import { loadLocalEnvironment } from "./run-environment";
import { playStages } from "./stages";
import { StartedServers } from "./started-servers";
import { freshWorkFolder, releaseWorkFolder } from "./work-folder";

// As for the tests (jest.config.js).
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
process.env.GOGC ??= "400";

const servers = new StartedServers();
let interrupted = false;
/** With --keep, when everything held: Ctrl-C is then the expected end. */
let keeping = false;

async function main({ backends, keep, badDay }: Arguments): Promise<void> {
  const begin = performance.now();
  const progress = new Progress();
  const directory = await freshWorkFolder();
  let run: LocalRun | undefined;
  try {
    const { provider, chosen, leftOut } = await progress.stage("check this machine", async (detail) => {
      const failed = await failedChecks(thisMachine());
      if (failed.length > 0)
        throw new Error(failed.map(({ name, detail: why, fix }) => `${name}: ${why}. ${fix}`).join("\n"));
      const source = detectProviderSource();
      detail(describeProvider(source));
      return { provider: source, ...chooseDatabases(loadLocalEnvironment()) };
    });
    for (const line of leftOut) progress.say(`  ${line}`);
    const products = chosen.map(({ product }) => product.name);
    const begun = await progress.stage(`start ${listed(["AWS emulator", ...products])}`, async (detail) => {
      const onInstall = () => detail("installing moto, once");
      const faults = badDay ? badDayOf(process.env) : undefined;
      const options = { directory, backends, chosen, provider, servers, onInstall, faults };
      const ready = await LocalRun.start(options);
      const seed = faults ? `, BAD_DAY_SEED=${faults.seed}` : "";
      detail(`${Object.values(ready.addresses).join(", ")}${seed}`);
      return ready;
    });
    run = begun;
    const beforeDestroy = async () => (keep ? await untilInterrupted(progress, begun) : undefined);
    const report = await playStages({ progress, run, beforeDestroy });
    progress.say(`\n${formatReport({ ...report, totalMs: performance.now() - begin })}\n`);
    progress.say(progress.paint("green", "Everything held."));
  } catch (error) {
    process.exitCode = 1;
    if (interrupted) return;
    await run?.collectPasswords([]).catch(() => {});
    progress.say(`\n${progress.paint("red", "Failed:")} ${explainFailure(error, run?.passwords ?? [])}`);
    progress.say(`All logs: ${directory}`);
  } finally {
    await stopAll();
    await releaseWorkFolder(directory);
  }
}

async function untilInterrupted(progress: Progress, { addresses, directory }: LocalRun): Promise<void> {
  const rows = Object.entries({ ...addresses, Files: directory });
  progress.say(`
Everything held so far, and all of it is running:
${rows.map(([name, value]) => `  ${name.padEnd(12)}  ${value}`).join("\n")}
The AWS endpoint takes any credentials, for example:
  aws --endpoint-url ${addresses["AWS endpoint"]} rds describe-db-clusters
Ctrl-C stops it.`);
  keeping = true;
  await new Promise(() => setInterval(() => {}, 60_000));
}

function describeProvider(source: ProviderSource): string {
  const where = source.kind === "mirror" ? `the mirror in ${source.directory}` : "the public registry";
  return `AWS provider ${source.awsVersion} from ${where}`;
}

async function stopAll(): Promise<void> {
  endAllProcesses();
  await servers.stopAll();
}

function fail(error: unknown): void {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (interrupted) return;
    interrupted = true;
    process.stderr.write("\nStopping what was started...\n");
    void stopAll().finally(() => process.exit(keeping ? 0 : 130));
  });
}

try {
  const args = parseArguments(process.argv.slice(2));
  if (args.help) process.stdout.write(USAGE);
  else main(args).catch(fail);
} catch (error) {
  fail(error);
}
