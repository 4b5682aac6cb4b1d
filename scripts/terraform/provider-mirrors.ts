import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const REGISTRY_HOST = "registry.terraform.io";

/** The name of a provider below `hashicorp/`. */
export type ProviderName = "aws" | "vault";

/** Below these, a folder named after the registry is looked for, this many levels deep. */
const SEARCHED: readonly (readonly [folder: string, depth: number])[] = [
  ["/opt", 3],
  ["/usr/share", 2],
  ["/usr/local/share", 2],
  ["/srv", 3],
];

/** `<host>/<namespace>/<name>`, as Terraform's configuration and a mirror's folders have it. */
export function providerAddress(name: ProviderName): string {
  return `${REGISTRY_HOST}/hashicorp/${name}`;
}

/** The operating system and architecture as Terraform writes them. */
export function platform(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `${system}_${process.arch === "x64" ? "amd64" : process.arch}`;
}

/** The versions of a provider that a mirror has for this platform, unpacked or as the zips of the registry. */
export function versionsIn(mirror: string, name: ProviderName): string[] {
  const directory = join(mirror, providerAddress(name));
  if (!existsSync(directory)) return [];
  const packed = new RegExp(`^terraform-provider-${name}_(.+)_${platform()}\\.zip$`);
  return readdirSync(directory).flatMap((entry) => {
    const version = packed.exec(entry)?.[1];
    if (version !== undefined) return [version];
    return existsSync(join(directory, entry, platform())) ? [entry] : [];
  });
}

/**
 * Folders that may be provider mirrors: those of the user's Terraform configuration, Terraform's own plugin folders,
 * the usual places for shared files.
 */
export function* mirrorCandidates(environment: NodeJS.ProcessEnv, home: string): Generator<string> {
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
      if (names.includes(REGISTRY_HOST)) yield directory;
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
