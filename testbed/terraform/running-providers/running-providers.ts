import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { platform, providerAddress } from "../../../scripts/terraform/provider-mirrors";
import type { ProviderSource } from "../../../scripts/terraform/provider-source";
import { terraformBinary } from "../../../scripts/terraform/terraform";

const WRAPPER = join(__dirname, "terraform");

export interface RunningProviders {
  /** For the commands that are to share providers. */
  readonly variables: Readonly<Record<string, string>>;
  /** Ends what they have started. */
  stop(): void;
}

/**
 * Lets commands of Terraform share AWS providers that run already: to read the checksum of one, to start it, and to
 * build and read its schema takes most of the processor time of a command. Undefined where that cannot be: outside
 * Linux, or where the provider comes from the registry; and where RUNNING_PROVIDERS is set: to `none` by a person, or
 * by a test that shares them with this process already.
 *
 * @param directory for what they need
 * @param types gives those of resources and data sources that the commands know; Terraform refuses others
 */
export function shareProviders(
  directory: string,
  source: ProviderSource,
  types: () => Iterable<string>,
): RunningProviders | undefined {
  const provider = binary(source);
  if (provider === undefined || process.platform !== "linux" || process.env.RUNNING_PROVIDERS)
    return undefined;
  const folder = mkdtempSync(join(directory, "providers-"));
  writeFileSync(join(folder, "types"), [...types()].join("\n"));
  return {
    variables: {
      TERRAFORM_BINARY_NAME: WRAPPER,
      RUNNING_PROVIDERS: folder,
      RUNNING_PROVIDERS_AWS: provider,
      RUNNING_PROVIDERS_NODE: process.execPath,
      RUNNING_PROVIDERS_TERRAFORM: terraformBinary(),
    },
    stop: () => {
      for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }))
        if (basename(file) === "pid") end(Number(readFileSync(join(folder, file), "utf8")), provider);
    },
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
  const command = `/proc/${pid}/cmdline`;
  if (existsSync(command) && readFileSync(command, "utf8").includes(provider)) process.kill(pid);
}
