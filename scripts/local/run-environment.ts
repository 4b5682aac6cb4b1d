import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ProviderSource } from "../terraform/provider-source";

const SHIPPED = join(__dirname, "..", "..", "environments", "local.json");

/** What the run reads of environments/local.json. */
export interface LocalEnvironment {
  readonly region: string;
  readonly namePrefix: string;
  readonly database: {
    readonly databaseName: string;
    readonly superuserName?: string;
  };
  readonly secrets: readonly { readonly name: string; readonly user: string; readonly strategy: string }[];
  readonly consumers: readonly { readonly name: string; readonly secret: string }[];
}

export interface RunSettings {
  readonly endpoint: string;
  readonly databasePort: number;
  readonly certificateAuthorityPem: string;
  readonly provider: ProviderSource;
}

export async function readLocalEnvironment(file = SHIPPED): Promise<LocalEnvironment> {
  return JSON.parse(await readFile(file, "utf8"));
}

/** Writes the environment of one run: the shipped one, with what only the run knows. Gives the file's path. */
export async function writeRunEnvironment(
  directory: string,
  run: RunSettings,
  file = SHIPPED,
): Promise<string> {
  const { $schema: _, ...shipped } = JSON.parse(await readFile(file, "utf8"));
  const authority = join(directory, "database-ca.pem");
  const derived = {
    ...shipped,
    emulator: { ...shipped.emulator, endpoint: run.endpoint },
    database: {
      ...shipped.database,
      port: run.databasePort,
      certificateAuthorityFile: basename(authority),
    },
    ...(run.provider.kind === "mirror" && { providerVersion: run.provider.awsVersion }),
  };
  // Its name makes the names of the stacks.
  const target = join(directory, basename(file));
  await writeFile(authority, run.certificateAuthorityPem);
  await writeFile(target, `${JSON.stringify(derived, null, 2)}\n`);
  return target;
}
