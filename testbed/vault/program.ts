import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  AWS_AUTH_PLUGIN,
  type VaultArtifact,
  type VaultSoftware,
} from "../../constructs/vault/server/node/vault-node";
import { isExecutable } from "../../scripts/machine/executables";

/** A server's program on this machine, and what comes with it. */
export interface VaultProgram {
  readonly binary: string;
  readonly software: VaultSoftware;
  /** In the same folder. */
  readonly plugins: readonly VaultArtifact[];
}

export function vaultProgram(binary: string): VaultProgram {
  return { binary, software: softwareOf(binary), plugins: pluginsOf(binary) };
}

/** Of OpenBao: a Vault has all in itself. */
export function pluginsOf(binary: string): readonly VaultArtifact[] {
  const plugin = join(dirname(binary), AWS_AUTH_PLUGIN);
  if (!isExecutable(plugin) || softwareOf(binary) !== "openbao") return [];
  return [artifact(AWS_AUTH_PLUGIN, plugin)];
}

function softwareOf(binary: string): VaultSoftware {
  return execFileSync(binary, ["version"], { encoding: "utf8" }).startsWith("OpenBao") ? "openbao" : "vault";
}

/** A file as a node has it from the bucket. */
export function artifact(name: string, file: string): VaultArtifact {
  return { name, sha256: createHash("sha256").update(readFileSync(file)).digest("hex") };
}
