import {
  findVaultBinary,
  findVaultExtensionBinary,
  VAULT_EXTENSION_HINT,
  VAULT_HINT,
} from "../../scripts/machine/vault-binaries";
import { parseLayerArn, seedLayers } from "../lambda/layers";
import type { LocalEnvironment } from "./run-environment";

/** What a run with Vault needs of the machine. */
export interface VaultBinaries {
  readonly server: string;
  readonly extension: string;
}

/** @throws Error that names everything that is missing. */
export function findVaultBinaries(): VaultBinaries {
  const server = findVaultBinary();
  const extension = findVaultExtensionBinary();
  if (server && extension) return { server, extension };
  throw new Error(
    [
      "a run with Vault needs its binaries:",
      ...(server ? [] : [VAULT_HINT]),
      ...(extension ? [] : [VAULT_EXTENSION_HINT]),
    ].join("\n  "),
  );
}

/** Makes the layers of Vault's extension known to the emulator; gives, by layer, the binary that runs in its place. */
export async function provideExtension(
  endpoint: string,
  { region, vault }: LocalEnvironment,
  { extension }: VaultBinaries,
): Promise<Readonly<Record<string, string>>> {
  const arns = Object.values(vault?.extension.layerArns ?? {});
  await seedLayers(endpoint, region, arns);
  return Object.fromEntries(arns.map((arn) => [parseLayerArn(arn).name, extension]));
}
