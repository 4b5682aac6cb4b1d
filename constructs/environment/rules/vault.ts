import { vaultExtensionLayerArn } from "../../vault/extension/extension-layer";
import { VAULT_PROVIDER_VERSION } from "../../vault/provider-version";
import { missingLayers } from "./backends";
import { deploysVault } from "./places";
import { place, type Rule, rule } from "./rule";

const ADDRESS = ["vault", "server", "address"];

/** Vault, and how functions reach it. */
export const vaultRules: readonly Rule[] = [
  // Tokens and secrets cross the network to Vault.
  rule({
    where: ({ vault }) => place(vault?.server.address, ...ADDRESS),
    holds: ({ got }) => !got.startsWith("http:") || isOnThisMachine(got),
    must: "must be https",
    fix: 'write "https://…"',
  }),
  // A Vault that has its logins checked by an emulator lets anybody in.
  rule({
    where: (draft) =>
      draft.emulator && deploysVault(draft) ? place(draft.vault?.server.address, ...ADDRESS) : [],
    holds: ({ got }) => isOnThisMachine(got),
    must: "with an emulator, which then checks logins in the place of AWS, Vault must be on this machine",
    fix: 'write "https://127.0.0.1:8200", or remove emulator',
  }),
  // Vault's own paths (Vault API documentation, "System Backend").
  rule({
    where: ({ vault }) => place(vault?.kv.mount, "vault", "kv", "mount"),
    holds: ({ got }) => !/^(sys|auth|identity|cubbyhole)(\/|$)/.test(got),
    must: "sys, auth, identity and cubbyhole are Vault's own paths",
    fix: 'write for example "kv"',
  }),
  rule({
    where: ({ vault }) => place(vault?.auth.mount, "vault", "auth", "mount"),
    holds: ({ got }) => !/^token(\/|$)/.test(got),
    must: "token is Vault's own auth method",
    fix: 'write for example "aws"',
  }),
  rule({
    where: ({ vault }) => place(vault?.providerVersion, "vault", "providerVersion"),
    holds: ({ got }) => Number(got.split(".")[1]) >= 6,
    must: "the provider must be 5.6.0 or newer, which its bindings were made for",
    fix: `write "${VAULT_PROVIDER_VERSION}", or remove it`,
  }),
  rule({
    where: (draft) => {
      const { layerArns } = draft.vault?.extension ?? {};
      return draft.vault && deploysVault(draft)
        ? missingLayers(draft, ["vault", "extension", "layerArns"], layerArns, vaultExtensionLayerArn)
        : [];
    },
    must: ({ architecture, region }) =>
      `HashiCorp's layer for ${architecture} is not known in region ${region}`,
    fix: "publish the extension's zip from releases.hashicorp.com as a layer, and name its ARN",
  }),
  rule({
    where: ({ vault }) =>
      vault?.extension.delivery === "file"
        ? place(vault.extension.cacheSeconds, "vault", "extension", "cacheSeconds")
        : [],
    must: "the extension keeps answers of its proxy only; files are written once",
    fix: 'remove it, or write "proxy" for delivery',
  }),
  rule({
    where: ({ vault }) =>
      vault?.extension.layerArns ? place(vault.extension.release, "vault", "extension", "release") : [],
    must: "layerArns names layers already",
    fix: "remove release or layerArns",
  }),
  rule({
    where: ({ vault, region }) =>
      vault?.server.location?.kind === "vpc" && vault.server.location.stsEndpoint && region
        ? place(vault.auth.stsRegion, "vault", "auth", "stsRegion").map((at) => ({ ...at, region }))
        : [],
    holds: ({ got, region }) => got === region,
    must: ({ region }) =>
      `must be ${region} too, because the STS endpoint that is made in the VPC is of that region`,
    fix: "remove it, or set vault.server.location.stsEndpoint to false and give Vault another way to STS",
  }),
  // Vault API documentation: /sys/audit and /sys/quotas/rate-limit are restricted to the root namespace.
  rule({
    where: ({ vault }) =>
      vault?.server.namespace
        ? [
            ...place<unknown>(vault.audit, "vault", "audit"),
            ...place<unknown>(vault.loginsPerSecond, "vault", "loginsPerSecond"),
          ]
        : [],
    must: "Vault has this setting in its root namespace only",
    fix: "remove it, and have it set where the root namespace is kept",
  }),
];

function isOnThisMachine(address: string): boolean {
  return ["127.0.0.1", "localhost"].includes(new URL(address).hostname);
}
