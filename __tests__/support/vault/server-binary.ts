import { findVaultBinary } from "../../../scripts/machine/vault-binaries";
import { vaultTools } from "../../../testbed/vault/tools";

/** A real server for what both can: Vault where the machine has it, else OpenBao, which every machine can have. */
export async function serverBinary(): Promise<string> {
  return findVaultBinary() ?? (await vaultTools()).server;
}
