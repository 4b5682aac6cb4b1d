import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Environment, loadEnvironment } from "../../constructs/environment";
import { vaultExtensionLayerArn } from "../../constructs/vault/extension/extension-layer";
import { type ProviderSource, terraformEnvironment } from "../../scripts/terraform/provider-source";
import { withoutAwsSettings } from "../aws/aws-settings";
import { selecting } from "../selecting";
import { artifact, type VaultProgram } from "../vault/program";
import type { Backends } from "./arguments";
import { operatorArn } from "./created-vault";

const ROOT = join(__dirname, "..", "..");
const SHIPPED = join(ROOT, "environments", "local.json");

type CreatedDatabase = Extract<Environment["databases"][string], { readonly kind: "created" }>;

/** The environment of the run, whose databases are ones to create. */
export interface LocalEnvironment extends Environment {
  readonly databases: Readonly<Record<string, CreatedDatabase>>;
}

export interface RunSettings {
  readonly backends: Backends;
  readonly endpoint: string;
  /** By the database's name. Other databases are left out, with their secrets and the functions that read those. */
  readonly databasePorts: Readonly<Record<string, number>>;
  /** Of the authority that signs the certificates of the run's servers. */
  readonly certificateAuthorityPem: string;
  readonly provider: ProviderSource;
  /** Of the Vault server that the environment makes, if the run has one. */
  readonly vaultProgram?: VaultProgram;
}

/** An environment for local runs, checked and complete with defaults. */
export function loadLocalEnvironment(file = SHIPPED): LocalEnvironment {
  const environment = loadEnvironment(file, { root: ROOT, variables: {} });
  for (const [name, { kind }] of Object.entries(environment.databases)) {
    if (kind !== "created")
      throw new Error(
        `${file}: databases.${name} must be of kind "created" for a local run, got "${kind}"; write "created"`,
      );
  }
  return environment as LocalEnvironment;
}

/** Writes the environment of one run: the shipped one, with what only the run knows. Gives the file's path. */
export async function writeRunEnvironment(
  directory: string,
  run: RunSettings,
  file = SHIPPED,
): Promise<string> {
  const { $schema: _, ...shipped } = JSON.parse(await readFile(file, "utf8"));
  const environment = loadLocalEnvironment(file);
  const authority = join(directory, "local-ca.pem");
  const certificateAuthorityFile = basename(authority);
  const databases = Object.fromEntries(
    Object.entries(run.databasePorts).map(([name, port]) => [
      name,
      { ...shipped.databases[name], port, certificateAuthorityFile },
    ]),
  );
  const kept = new Set(
    environment.secrets.filter(({ database }) => database in databases).map(({ name }) => name),
  );
  const derived = {
    ...shipped,
    backends: run.backends,
    emulator: { ...shipped.emulator, endpoint: run.endpoint },
    databases,
    secrets: shipped.secrets.filter(({ name }: { name: string }) => kept.has(name)),
    functions: shipped.functions.filter(({ secrets }: { secrets: string[] }) =>
      secrets.every((secret) => kept.has(secret)),
    ),
    ...(run.vaultProgram && {
      vault: {
        server: createdServer(run.vaultProgram, environment.account),
        auth: { boundCidrs: ["127.0.0.1/32"] },
        kv: { deletionProtection: false },
        // The emulator gives every layer its own account, which would be a change in each plan.
        extension: { layerArns: ownLayerArns(environment) },
        ...(run.provider.vault && { providerVersion: run.provider.vault.version }),
      },
    }),
    ...(run.provider.kind === "mirror" && { providerVersion: run.provider.awsVersion }),
  };
  // Its name makes the names of the stacks.
  const target = join(directory, basename(file));
  await writeFile(authority, run.certificateAuthorityPem);
  await writeFile(target, `${JSON.stringify(derived, null, 2)}\n`);
  return target;
}

/** Environment variables for CDKTF and Terraform, beside those of this process: nothing of them leads to AWS. */
export async function runVariables(
  directory: string,
  file: string,
  provider: ProviderSource,
): Promise<Readonly<NodeJS.ProcessEnv>> {
  const terraform = await terraformEnvironment(provider, directory);
  return { ...withoutAwsSettings(), ...terraform, ...selecting(file) };
}

function createdServer({ binary, software, plugins }: VaultProgram, account: string): object {
  const { sha256 } = artifact("server", binary);
  return {
    kind: "created",
    software,
    operators: [operatorArn(account)],
    binary: { kind: "artifact", sha256, plugins },
    deletionProtection: false,
  };
}

function ownLayerArns({ region, account, functions }: LocalEnvironment): Record<string, string> {
  return Object.fromEntries(
    functions.map(({ architecture }) => [
      architecture,
      String(vaultExtensionLayerArn(region, architecture)).replace(/:\d{12}:/, `:${account}:`),
    ]),
  );
}
