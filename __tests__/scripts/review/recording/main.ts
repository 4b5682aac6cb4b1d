import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { App } from "cdktf";
import { loadEnvironment } from "../../../../constructs/environment";
import { SecretsPlatform } from "../../../../constructs/platform";
import type { CommandFailed } from "../../../../scripts/support/processes";
import { detectProviderSource, terraformEnvironment } from "../../../../scripts/terraform/provider-source";
import { type TerraformOptions, terraform } from "../../../../scripts/terraform/terraform";
import { startAwsEmulator } from "../../../../testbed/aws/aws-emulator";
import { withoutAwsSettings } from "../../../../testbed/aws/aws-settings";
import { applyStack } from "../../../support/deploy";
import { projectRoot } from "../../../support/shipped";
import { CHANGES, type RecordedChange } from "./changes";
import { fileOf } from "./files";
import { recordedSettings } from "./prod";
import { StackEdit } from "./stack-edit";
import { type RawPlan, trimmed } from "./trimmed";
import { waves } from "./waves";

const STACKS = ["foundation", "native", "functions"] as const;

/** Deploys `prod` to the emulator, plans every change of it that is not recorded yet, and writes the plans. */
async function main(names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "record-"));
  const emulator = await startAwsEmulator({ directory: folder });
  try {
    const source = await terraformEnvironment(detectProviderSource(), folder);
    const options = { environment: { ...withoutAwsSettings(), ...source } };
    const output = await synthesize(folder, emulator.endpoint);
    const directory = (stack: string) => join(output, "stacks", `prod-${stack}`);
    for (const stack of STACKS) await applyStack(directory(stack), options);
    for (const stack of STACKS) {
      const chosen = CHANGES.filter((one) => one.stack === stack);
      await record(
        directory(stack),
        names.length === 0 ? chosen : chosen.filter(({ name }) => names.includes(name)),
        options,
      );
    }
  } finally {
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function synthesize(folder: string, endpoint: string): Promise<string> {
  const provider = detectProviderSource();
  const file = join(folder, "prod.json");
  const settings = {
    ...recordedSettings(),
    emulator: { endpoint },
    ...(provider.kind === "mirror" && { providerVersion: provider.awsVersion }),
  };
  await writeFile(file, JSON.stringify(settings));
  const app = new App({ outdir: join(folder, "cdktf.out"), stackTraces: false });
  const environment = loadEnvironment(file, { root: projectRoot, variables: {} });
  new SecretsPlatform(app, "Secrets", { environment });
  app.synth();
  return app.outdir;
}

/** Changes that touch different resources are planned together: a plan takes the provider half a minute. */
async function record(
  directory: string,
  changes: readonly RecordedChange[],
  options: TerraformOptions,
): Promise<void> {
  if (changes.length === 0) return;
  const file = join(directory, "cdk.tf.json");
  const original = await readFile(file, "utf8");
  const unchanged = await plan(directory, options);
  for (const together of waves(original, changes)) {
    const stack = new StackEdit(JSON.parse(original));
    for (const { change } of together) change.edit(stack);
    await writeFile(file, JSON.stringify(stack.json));
    const planned = await plan(directory, options).catch((error: CommandFailed) => error);
    if (planned instanceof Error) console.error(planned.output.match(/Error: .*/g));
    for (const { change, touched } of together) {
      if (planned instanceof Error) {
        console.error(`${change.name}: ${planned.message}`);
        process.exitCode = 1;
        continue;
      }
      const recorded = trimmed(planned, unchanged, touched);
      await mkdir(dirname(fileOf(change)), { recursive: true });
      await writeFile(fileOf(change), `${JSON.stringify(recorded)}\n`);
      console.log(`${change.name}: ${recorded.resource_changes.length} changes`);
    }
  }
  await writeFile(file, original);
}

async function plan(directory: string, options: TerraformOptions): Promise<RawPlan> {
  const words = ["plan", "-input=false", "-lock=false", "-refresh=false", "-no-color", "-out=record.tfplan"];
  await terraform(directory, words, options);
  const { stdout } = await terraform(directory, ["show", "-json", "record.tfplan"], options);
  return JSON.parse(stdout) as RawPlan;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
