import type { Architecture } from "../../contracts/architecture";

/** Account that publishes the layers (README of hashicorp/vault-lambda-extension). */
const PUBLISHER = "634166935893";

/**
 * When the tables below were compared with the repository hashicorp/vault-lambda-extension. By hand: they are in
 * sentences of its CHANGELOG and README, and in no package.
 */
export const VAULT_EXTENSION_TABLE_READ = "2026-11-28";

/** Layer versions by release (its CHANGELOG). Go's hole CVE-2025-68121 is in those before 0.15. */
const LAYER_VERSIONS = {
  "0.15.1": { x86_64: 27, arm64: 15 },
  "0.14.0": { x86_64: 25, arm64: 13 },
  "0.13.2": { x86_64: 24, arm64: 12 },
  "0.13.1": { x86_64: 23, arm64: 11 },
  "0.12.0": { x86_64: 21, arm64: 9 },
  "0.10.3": { x86_64: 19, arm64: 7 },
} as const satisfies Record<string, Readonly<Record<Architecture, number>>>;

export type VaultExtensionRelease = keyof typeof LAYER_VERSIONS;

const NEWEST: VaultExtensionRelease = "0.15.1";

export const VAULT_EXTENSION_RELEASES = Object.keys(LAYER_VERSIONS) as VaultExtensionRelease[];

/**
 * Regions that have the layers (README of release 0.14.0). ap-south-2 has them too, with other version numbers
 * (hashicorp/vault-lambda-extension issue 124), so there the whole ARN has to be given.
 */
const REGIONS = new Set([
  "af-south-1",
  "ap-east-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-south-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "me-south-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
]);

/** ARN of HashiCorp's layer with the Vault Lambda Extension; undefined in a region without one. */
export function vaultExtensionLayerArn(
  region: string,
  architecture: Architecture,
  release: VaultExtensionRelease = NEWEST,
): string | undefined {
  if (!REGIONS.has(region)) return undefined;
  const name = architecture === "arm64" ? "vault-lambda-extension-arm64" : "vault-lambda-extension";
  return `arn:aws:lambda:${region}:${PUBLISHER}:layer:${name}:${LAYER_VERSIONS[release][architecture]}`;
}
