import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { VAULT_PROVIDER_VERSION } from "../../constructs/vault/provider-version";
import {
  mirrorCandidates,
  type ProviderName,
  platform,
  providerAddress,
  REGISTRY_HOST,
  versionsIn,
} from "./provider-mirrors";

/** A provider in a mirror, which is the folder that holds one named after the registry. */
export interface MirroredProvider {
  readonly directory: string;
  readonly version: string;
}

interface VaultProvider {
  /** Undefined where no mirror has it: then it comes from the public registry. */
  readonly vault?: MirroredProvider;
}

/**
 * Where Terraform gets its providers: each from the public registry, or from a folder on a machine that has no way
 * there. `kind`, `awsVersion` and `directory` are the AWS provider's.
 */
export type ProviderSource = VaultProvider &
  (
    | { readonly kind: "registry"; readonly awsVersion: string }
    | { readonly kind: "mirror"; readonly awsVersion: string; readonly directory: string }
  );

const COMMON: Readonly<Record<string, string>> = {
  CHECKPOINT_DISABLE: "1",
  TF_IN_AUTOMATION: "1",
  TF_INPUT: "0",
  // Every command starts the AWS provider three times, mostly to build schemas: with Go's own setting, garbage
  // collection takes a quarter of the processor time.
  GOGC: "400",
  // A stack's lock file is made by its first init, and Terraform takes nothing from a cache that no lock file knows.
  TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1",
};
const PLUGIN_CACHE = join(__dirname, "..", "..", ".cache", "plugins");

/** The version that the bindings in package.json were made for. */
export function pinnedAwsVersion(): string {
  const manifest = readFileSync(require.resolve("@cdktf/provider-aws/package.json"), "utf8");
  return JSON.parse(manifest).cdktf.provider.version;
}

/**
 * Looks for mirrors of the providers: in the folders that TF_PROVIDER_MIRROR lists, separated like those of PATH
 * (`none` asks for the registry), or else in the places where mirrors usually are. A mirror counts if it has a provider
 * for this platform; the first one that has it gives it, in the preferred version or else the newest.
 */
export function detectProviderSource(
  environment: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): ProviderSource {
  const preferred = { aws: pinnedAwsVersion(), vault: VAULT_PROVIDER_VERSION };
  const asked = environment.TF_PROVIDER_MIRROR;
  if (asked === "none") return { kind: "registry", awsVersion: preferred.aws };
  const { aws, vault } = locate(asked ? named(asked) : mirrorCandidates(environment, home), preferred);
  return {
    ...(aws
      ? { kind: "mirror", awsVersion: aws.version, directory: aws.directory }
      : { kind: "registry", awsVersion: preferred.aws }),
    ...(vault && { vault }),
  };
}

/**
 * Whether Terraform can have Vault's provider: from a mirror, or from the registry where the AWS provider comes from
 * too.
 */
export function hasVaultProvider(source: ProviderSource): boolean {
  return source.kind === "registry" || source.vault !== undefined;
}

/**
 * Makes what Terraform needs to know of the source part of its environment; a mirror's goes to a file in `directory`.
 */
export async function terraformEnvironment(
  source: ProviderSource,
  directory: string,
): Promise<Record<string, string>> {
  const environment = { ...COMMON, ...(source.kind === "registry" && (await pluginCache())) };
  const mirrors = mirroredAddresses(source);
  if (mirrors.size === 0) return environment;
  await mkdir(directory, { recursive: true });
  const file = join(directory, "terraform.rc");
  await writeFile(file, cliConfig(mirrors));
  return { ...environment, TF_CLI_CONFIG_FILE: file };
}

/**
 * What Terraform needs to know to deploy to an account: providers come from where the user's own configuration says.
 */
export async function usersTerraformEnvironment(
  own: NodeJS.ProcessEnv = process.env,
): Promise<Readonly<NodeJS.ProcessEnv>> {
  const cache = own.TF_PLUGIN_CACHE_DIR || own.CDKTF_DISABLE_PLUGIN_CACHE_ENV ? {} : await pluginCache();
  return { ...COMMON, ...cache, ...own };
}

/** One copy for all stacks, each of which has a folder of its own: the provider is half a gigabyte. */
async function pluginCache(): Promise<Readonly<Record<string, string>>> {
  await mkdir(PLUGIN_CACHE, { recursive: true });
  return { TF_PLUGIN_CACHE_DIR: PLUGIN_CACHE };
}

type Located = Partial<Record<ProviderName, MirroredProvider>>;

function locate(directories: Iterable<string>, preferred: Readonly<Record<ProviderName, string>>): Located {
  const found: Located = {};
  for (const directory of directories) {
    for (const name of ["aws", "vault"] as const) {
      const version = best(versionsIn(directory, name), preferred[name]);
      if (version !== undefined) found[name] ??= { directory, version };
    }
    if (found.aws && found.vault) break;
  }
  return found;
}

function named(list: string): string[] {
  const folders = list.split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => {
    const directory = basename(folder) === REGISTRY_HOST ? dirname(folder) : folder;
    if (versionsIn(directory, "aws").length > 0 || versionsIn(directory, "vault").length > 0)
      return directory;
    throw new Error(
      `TF_PROVIDER_MIRROR names ${folder}, which has no ${providerAddress("aws")} and no ` +
        `${providerAddress("vault")} for ${platform()}`,
    );
  });
}

function best(versions: readonly string[], preferred: string): string | undefined {
  if (versions.includes(preferred)) return preferred;
  return [...versions].sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
}

/** By folder of a mirror, the addresses of the providers that come from it. */
function mirroredAddresses(source: ProviderSource): ReadonlyMap<string, readonly string[]> {
  const mirrors = new Map<string, string[]>();
  const add = (directory: string, name: ProviderName): void => {
    mirrors.set(directory, [...(mirrors.get(directory) ?? []), providerAddress(name)]);
  };
  if (source.kind === "mirror") add(source.directory, "aws");
  if (source.vault) add(source.vault.directory, "vault");
  return mirrors;
}

/** A provider in a mirror comes from there only, so that a machine without a way to the registry never asks it. */
function cliConfig(mirrors: ReadonlyMap<string, readonly string[]>): string {
  const blocks = [...mirrors].map(
    ([directory, addresses]) => `  filesystem_mirror {
    path    = ${JSON.stringify(directory)}
    include = ${JSON.stringify(addresses)}
  }`,
  );
  return `disable_checkpoint = true

provider_installation {
${blocks.join("\n")}
  direct {
    exclude = ${JSON.stringify([...mirrors.values()].flat())}
  }
}
`;
}
