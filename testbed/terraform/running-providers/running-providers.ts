import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { platform, providerAddress } from "../../../scripts/terraform/provider-mirrors";
import type { ProviderSource } from "../../../scripts/terraform/provider-source";
import { terraformBinary } from "../../../scripts/terraform/terraform";

const WRAPPER = join(__dirname, "terraform");

export interface RunningProviders {
  /** For the commands that are to share providers. */
  readonly variables: Readonly<Record<string, string>>;
  /** Has commands know more types of resources and data sources. */
  know(types: Iterable<string>): void;
  /** Ends what they have started, and starts no more. */
  stop(): void;
}

/**
 * Lets commands of Terraform share AWS providers that run already: to read the checksum of one, to start it, and to
 * build and read its schema takes most of the processor time of a command. Undefined where that cannot be: outside
 * Linux, or where the provider comes from the registry; and where RUNNING_PROVIDERS has a value: a person's `none`, or
 * that of whoever shares them with this process already.
 *
 * Commands know the types that are given: Terraform refuses others.
 *
 * @param directory for what they need
 */
export function shareProviders(directory: string, source: ProviderSource): RunningProviders | undefined {
  const provider = binary(source);
  if (provider === undefined || process.platform !== "linux" || process.env.RUNNING_PROVIDERS)
    return undefined;
  const folder = mkdtempSync(join(directory, "providers-"));
  const known = new Set<string>();
  const know = (types: Iterable<string>): void => {
    for (const type of types) known.add(type);
    writeFileSync(join(folder, "types"), [...known].join("\n"));
  };
  know([]);
  const stop = (): void => {
    process.off("exit", stop);
    if (!existsSync(folder)) return;
    writeFileSync(join(folder, "stopped"), "");
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }))
      if (basename(file) === "pid") end(Number(readFileSync(join(folder, file), "utf8")), provider);
  };
  process.once("exit", stop);
  return {
    variables: {
      TERRAFORM_BINARY_NAME: WRAPPER,
      RUNNING_PROVIDERS: folder,
      RUNNING_PROVIDERS_AWS: provider,
      RUNNING_PROVIDERS_NODE: process.execPath,
      RUNNING_PROVIDERS_OWNER: String(process.pid),
      RUNNING_PROVIDERS_TERRAFORM: terraformBinary(),
    },
    know,
    stop,
  };
}

function binary(source: ProviderSource): string | undefined {
  if (source.kind !== "mirror") return undefined;
  const unpacked = join(source.directory, providerAddress("aws"), source.awsVersion, platform());
  if (!existsSync(unpacked)) return undefined;
  const file = readdirSync(unpacked).find((name) => name.startsWith("terraform-provider-aws"));
  return file && join(unpacked, file);
}

/** Unless the process has ended, and another one has its number. */
function end(pid: number, provider: string): void {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(provider)) process.kill(pid);
  } catch (error) {
    if (!["ENOENT", "ESRCH"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}
