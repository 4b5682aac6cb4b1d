import { failedChecks } from "../../scripts/doctor/checks";
import { thisMachine } from "../../scripts/doctor/machine";
import { endAllProcesses } from "../../scripts/support/processes";
import { Progress } from "../../scripts/support/progress";
import { detectProviderSource } from "../../scripts/terraform/provider-source";
import { type Arguments, parseArguments, USAGE } from "./arguments";
import { explainFailure } from "./failure";
import { formatReport } from "./report";
import { LocalRun } from "./run";
import { describeProvider, playStages } from "./stages";
import { Stops } from "./stops";
import { freshWorkFolder, releaseWorkFolder } from "./work-folder";

const stops = new Stops();
let interrupted = false;
/** With --keep, when everything held: Ctrl-C is then the expected end. */
let keeping = false;

const STARTED = {
  native: "AWS emulator and PostgreSQL",
  vault: "AWS emulator, PostgreSQL and Vault",
  both: "AWS emulator, PostgreSQL and Vault",
};

async function main({ backend, keep }: Arguments): Promise<void> {
  const started = performance.now();
  const progress = new Progress();
  const directory = await freshWorkFolder();
  let run: LocalRun | undefined;
  try {
    const provider = await progress.stage("check this machine", async (detail) => {
      const failed = await failedChecks(thisMachine());
      if (failed.length > 0)
        throw new Error(failed.map(({ name, detail: why, fix }) => `${name}: ${why}. ${fix}`).join("\n"));
      const source = detectProviderSource();
      detail(describeProvider(source));
      return source;
    });
    const begun = await progress.stage(`start ${STARTED[backend]}`, async (detail) => {
      const onInstall = () => detail("installing moto, once");
      const ready = await LocalRun.start({ directory, backend, provider, stops, onInstall });
      detail(Object.values(ready.addresses).join(", "));
      return ready;
    });
    run = begun;
    const beforeDestroy = async () => (keep ? await untilInterrupted(progress, begun) : undefined);
    const report = await playStages({ progress, run, beforeDestroy });
    progress.say(`\n${formatReport({ ...report, totalMs: performance.now() - started })}\n`);
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
The AWS endpoint takes any credentials, for example: aws --endpoint-url ${addresses["AWS endpoint"]} rds describe-db-clusters
Ctrl-C stops it.`);
  keeping = true;
  await new Promise(() => setInterval(() => {}, 60_000));
}

async function stopAll(): Promise<void> {
  endAllProcesses();
  await stops.all();
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
