import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Environment, loadEnvironment } from "../../constructs/environment";
import { vaultExtensionLayerArn } from "../../constructs/vault/extension/extension-layer";
import type { ProviderSource } from "../../scripts/terraform/provider-source";

const ROOT = join(__dirname, "..", "..");
const SHIPPED = join(ROOT, "environments", "local.json");

/** The environment of the run, whose database is one to create. */
export interface LocalEnvironment extends Environment {
  readonly database: Extract<Environment["database"], { readonly kind: "created" }>;
}

export interface RunSettings {
  readonly backend: Environment["backend"];
  /** @default - the environment's */
  readonly primary?: Environment["primary"];
  readonly endpoint: string;
  readonly databasePort: number;
  /** Of the authority that signs the certificates of the run's servers. */
  readonly certificateAuthorityPem: string;
  readonly provider: ProviderSource;
  /** Where the run's Vault is, if it has one. */
  readonly vaultAddress?: string;
}

/** An environment for local runs, checked and complete with defaults. */
export function loadLocalEnvironment(file = SHIPPED): LocalEnvironment {
  const environment = loadEnvironment({ root: ROOT, variables: { ENVIRONMENT: file } });
  const { database } = environment;
  if (database.kind !== "created") throw new Error(`${file}: a local run needs a database of kind "created"`);
  return { ...environment, database };
}

/** Writes the environment of one run: the shipped one, with what only the run knows. Gives the file's path. */
export async function writeRunEnvironment(
  directory: string,
  run: RunSettings,
  file = SHIPPED,
): Promise<string> {
  const { $schema: _, ...shipped } = JSON.parse(await readFile(file, "utf8"));
  const authority = join(directory, "local-ca.pem");
  const certificateAuthorityFile = basename(authority);
  const derived = {
    ...shipped,
    backend: run.backend,
    ...(run.primary && { primary: run.primary }),
    emulator: { ...shipped.emulator, endpoint: run.endpoint },
    database: { ...shipped.database, port: run.databasePort, certificateAuthorityFile },
    ...(run.vaultAddress && {
      vault: {
        address: run.vaultAddress,
        certificateAuthorityFile,
        auth: { boundCidrs: ["127.0.0.1/32"] },
        kv: { deletionProtection: false },
        // The emulator gives every layer its own account, which would be a change in each plan.
        extension: { layerArn: ownLayerArn(loadLocalEnvironment(file)) },
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

function ownLayerArn({ region, account, consumerArchitecture }: LocalEnvironment): string {
  const published = vaultExtensionLayerArn(region, consumerArchitecture) ?? "";
  return published.replace(/:\d{12}:/, `:${account}:`);
}
