import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Where Terraform gets the AWS provider: the public registry, or a folder on a machine that has no way there. */
export type ProviderSource =
  | { readonly kind: "registry"; readonly awsVersion: string }
  | { readonly kind: "mirror"; readonly awsVersion: string; readonly directory: string };

const PLUGIN_CACHE = join(__dirname, "..", "..", ".cache", "plugins");
const HOST = "registry.terraform.io";
const AWS = join(HOST, "hashicorp", "aws");

/** Below these, a folder named after the registry is looked for, this many levels deep. */
const SEARCHED: readonly (readonly [folder: string, depth: number])[] = [
  ["/opt", 3],
  ["/usr/share", 2],
  ["/usr/local/share", 2],
  ["/srv", 3],
];

/** The version that the bindings in package.json were made for. */
export function pinnedAwsVersion(): string {
  const manifest = readFileSync(require.resolve("@cdktf/provider-aws/package.json"), "utf8");
  return JSON.parse(manifest).cdktf.provider.version;
}

/**
 * Looks for a provider mirror, in this order: TF_PROVIDER_MIRROR (`none` asks for the registry), the user's Terraform
 * configuration, Terraform's own plugin folders, the usual places for shared files. A mirror counts if it has the AWS
 * provider for this platform; of its versions the pinned one is preferred, then the newest.
 */
export function detectProviderSource(
  environment: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): ProviderSource {
  const pinned = pinnedAwsVersion();
  const asked = environment.TF_PROVIDER_MIRROR;
  if (asked === "none") return { kind: "registry", awsVersion: pinned };
  if (asked) {
    const directory = basename(asked) === HOST ? dirname(asked) : asked;
    const awsVersion = preferred(versionsIn(directory), pinned);
    if (awsVersion !== undefined) return { kind: "mirror", directory, awsVersion };
    throw new Error(`TF_PROVIDER_MIRROR is ${asked}, which has no ${AWS} for ${platform()}`);
  }
  for (const directory of candidates(environment, home)) {
    const awsVersion = preferred(versionsIn(directory), pinned);
    if (awsVersion !== undefined) return { kind: "mirror", directory, awsVersion };
  }
  return { kind: "registry", awsVersion: pinned };
}

/** Makes what Terraform needs to know of the source part of its environment; a mirror's goes to a file in `directory`. */
export async function terraformEnvironment(
  source: ProviderSource,
  directory: string,
): Promise<Record<string, string>> {
  // Every command starts the AWS provider three times, mostly to build schemas: with Go's own setting, garbage
  // collection takes a third of that time.
  const quiet = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", TF_INPUT: "0", GOGC: "400" };
  if (source.kind === "registry") {
    // Every stack has a folder of its own, and the provider is half a gigabyte.
    await mkdir(PLUGIN_CACHE, { recursive: true });
    return { ...quiet, TF_PLUGIN_CACHE_DIR: PLUGIN_CACHE };
  }
  await mkdir(directory, { recursive: true });
  const file = join(directory, "terraform.rc");
  await writeFile(file, cliConfig(source.directory));
  // The CLI of CDKTF sets a plugin cache of its own, which a mirror makes needless.
  return { ...quiet, TF_CLI_CONFIG_FILE: file, CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" };
}

function cliConfig(mirror: string): string {
  return `disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["${HOST}/hashicorp/aws"]
  }
  direct {
    exclude = ["${HOST}/hashicorp/aws"]
  }
}
`;
}

function* candidates(environment: NodeJS.ProcessEnv, home: string): Generator<string> {
  const configurations = [environment.TF_CLI_CONFIG_FILE, join(home, ".terraformrc")];
  for (const file of configurations) {
    if (!file || !existsSync(file)) continue;
    const mirrors = readFileSync(file, "utf8").matchAll(
      /filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"/g,
    );
    for (const [, path = ""] of mirrors) yield path.replace(/^~(?=\/)/, home);
  }
  yield join(home, ".terraform.d", "plugins");
  yield join(home, ".local", "share", "terraform", "plugins");
  yield join(home, "Library", "Application Support", "io.terraform", "plugins");
  yield "/usr/local/share/terraform/plugins";
  yield "/usr/share/terraform/plugins";
  for (const [folder, depth] of [...SEARCHED, [home, 2] as const]) yield* holders(folder, depth);
}

/** The folders at or below `folder` that hold one named after the registry, nearest first. */
function* holders(folder: string, depth: number): Generator<string> {
  let level = [folder];
  for (let distance = 0; distance <= depth && level.length > 0; distance += 1) {
    const next: string[] = [];
    for (const directory of level) {
      const names = foldersIn(directory);
      if (names.includes(HOST)) yield directory;
      for (const name of names) {
        if (!name.startsWith(".") && name !== "node_modules") next.push(join(directory, name));
      }
    }
    level = next;
  }
}

function foldersIn(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch {
    // Not there, or not for us to read: not a mirror.
    return [];
  }
}

/** The versions of the AWS provider that a mirror has for this platform, unpacked or as the zips of the registry. */
function versionsIn(mirror: string): string[] {
  const directory = join(mirror, AWS);
  if (!existsSync(directory)) return [];
  const packed = new RegExp(`^terraform-provider-aws_(.+)_${platform()}\\.zip$`);
  return readdirSync(directory).flatMap((name) => {
    const version = packed.exec(name)?.[1];
    if (version !== undefined) return [version];
    return existsSync(join(directory, name, platform())) ? [name] : [];
  });
}

function preferred(versions: readonly string[], pinned: string): string | undefined {
  if (versions.includes(pinned)) return pinned;
  return [...versions].sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
}

function platform(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `${system}_${process.arch === "x64" ? "amd64" : process.arch}`;
}
