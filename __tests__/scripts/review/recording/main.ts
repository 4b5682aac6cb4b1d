import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { App } from "cdktf";
import { loadEnvironment } from "../../../../constructs/environment";
import { SecretsPlatform } from "../../../../constructs/platform";
import { findVaultBinary, VAULT_HINT } from "../../../../scripts/machine/vault-binaries";
import { createCertificateAuthority } from "../../../../scripts/support/certificates";
import type { CommandFailed } from "../../../../scripts/support/processes";
import { detectProviderSource, terraformEnvironment } from "../../../../scripts/terraform/provider-source";
import { type TerraformOptions, terraform } from "../../../../scripts/terraform/terraform";
import { type AwsEmulator, startAwsEmulator } from "../../../../testbed/aws/aws-emulator";
import { withoutAwsSettings } from "../../../../testbed/aws/aws-settings";
import { startVault } from "../../../../testbed/vault/server";
import { applyStack } from "../../../support/deploy";
import { projectRoot } from "../../../support/shipped";
import { CHANGES, type RecordedChange } from "./changes";
import { fileOf } from "./files";
import { recordedSettings, recordedSettingsWithVault } from "./prod";
import { StackEdit } from "./stack-edit";
import { type RawPlan, trimmed } from "./trimmed";
import { waves } from "./waves";

/** In the order of a deploy, as far as what is recorded needs it. */
const STACKS = ["foundation", "native", "functions", "vault"] as const;

/** Deploys `prod` to the emulator, plans changes of it by name, or all, and writes the plans. */
async function main(names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "record-"));
  const chosen = CHANGES.filter(({ name }) => names.length === 0 || names.includes(name));
  const emulator = await startAwsEmulator({ directory: folder });
  const vault = chosen.some(({ stack }) => stack === "vault") ? await startServer(folder) : undefined;
  try {
    const source = await terraformEnvironment(detectProviderSource(), folder);
    const options = { environment: { ...withoutAwsSettings(), ...source, ...vault?.variables } };
    const native = await synthesize(folder, "native", { ...recordedSettings(), ...at(emulator) });
    const withVault =
      vault &&
      (await synthesize(folder, "vault", { ...recordedSettingsWithVault(vault.address), ...at(emulator) }));
    for (const stack of STACKS) {
      const output = stack === "vault" ? withVault : native;
      if (output === undefined) continue;
      const changes = chosen.filter((one) => one.stack === stack);
      const directory = join(output, "stacks", `prod-${stack}`);
      await applyStack(directory, options);
      await record(directory, changes, options);
    }
  } finally {
    await vault?.stop();
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function startServer(folder: string) {
  const binary = findVaultBinary();
  if (binary === undefined) throw new Error(`changes of Vault need a server: ${VAULT_HINT}`);
  const authority = await createCertificateAuthority("Recording");
  const vault = await startVault({ directory: join(folder, "server"), binary, tls: authority });
  const variables = { VAULT_TOKEN: vault.rootToken, VAULT_CACERT_BYTES: authority.certificatePem };
  return { ...vault, variables };
}

function at({ endpoint }: AwsEmulator) {
  const provider = detectProviderSource();
  return {
    emulator: { endpoint },
    ...(provider.kind === "mirror" && { providerVersion: provider.awsVersion }),
  };
}

/** Both have their states in the one folder: what Vault's stack is behind is deployed without Vault. */
async function synthesize(folder: string, name: string, settings: object): Promise<string> {
  const file = join(folder, name, "prod.json");
  await mkdir(dirname(file));
  await writeFile(file, JSON.stringify(settings));
  const app = new App({ outdir: join(folder, `cdktf.out.${name}`), stackTraces: false });
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
