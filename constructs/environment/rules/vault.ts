import { isOlder } from "../../contracts/versions";
import { VAULT_EXTENSION_TABLE_READ, vaultExtensionLayerArn } from "../../vault/extension/extension-layer";
import { VAULT_PROVIDER_VERSION } from "../../vault/provider-version";
import { missingLayers } from "./backends";
import {
  adoptedVaultServer,
  deploysVault,
  setting,
  vault,
  vaultAuth,
  vaultExtension,
  within,
} from "./places";
import { type Rule, rule } from "./rule";

const address = setting(adoptedVaultServer, "address");

/** Vault, and how functions reach it. */
export const vaultRules: readonly Rule[] = [
  // Tokens and secrets cross the network to Vault.
  rule(address, {
    holds: ({ got }) => !got.startsWith("http:") || isOnThisMachine(got),
    must: "must be https",
    fix: 'write "https://…"',
  }),
  // A Vault that has its logins checked by an emulator lets anybody in.
  rule(address, {
    when: (draft) => draft.emulator !== undefined && deploysVault(draft),
    holds: ({ got }) => isOnThisMachine(got),
    must: "with an emulator, which then checks logins in the place of AWS, Vault must be on this machine",
    fix: 'write "https://127.0.0.1:8200", or remove emulator',
  }),
  // Vault's own paths (Vault API documentation, "System Backend").
  rule(setting(within(setting(vault, "kv")), "mount"), {
    holds: ({ got }) => !/^(sys|auth|identity|cubbyhole)(\/|$)/.test(got),
    must: "sys, auth, identity and cubbyhole are Vault's own paths",
    fix: 'write for example "kv"',
  }),
  rule(setting(vaultAuth, "mount"), {
    holds: ({ got }) => !/^token(\/|$)/.test(got),
    must: "token is Vault's own auth method",
    fix: 'write for example "aws"',
  }),
  rule(setting(vault, "providerVersion"), {
    holds: ({ got }) => !isOlder(got, "5.6.0"),
    must: "the provider must be 5.6.0 or newer, which its bindings were made for",
    fix: `write "${VAULT_PROVIDER_VERSION}", or remove it`,
  }),
  rule(
    missingLayers(
      ["vault", "extension", "layerArns"],
      ({ vault }) => vault?.extension.layerArns,
      vaultExtensionLayerArn,
    ),
    {
      when: (draft) => draft.vault !== undefined && deploysVault(draft),
      must: ({ architecture, region }) =>
        `HashiCorp's layer for ${architecture} was not known in region ${region} on ${VAULT_EXTENSION_TABLE_READ}`,
      fix: "publish the extension's zip from releases.hashicorp.com as a layer, and name its ARN",
    },
  ),
  rule(setting(vaultExtension, "cacheSeconds"), {
    holds: ({ section: { delivery } }) => delivery === "proxy",
    must: "the extension keeps answers of its proxy only; files are written once",
    fix: 'remove it, or write "proxy" for delivery',
  }),
  rule(setting(vaultExtension, "release"), {
    holds: ({ section: { layerArns } }) => !layerArns,
    must: "layerArns names layers already",
    fix: "remove release or layerArns",
  }),
  rule(setting(vaultAuth, "stsRegion"), {
    when: (draft) =>
      draft.region !== undefined &&
      setting(adoptedVaultServer, "location")(draft).some(({ got }) => got.kind === "vpc" && got.stsEndpoint),
    holds: ({ got }, { region }) => got === region,
    must: (_, { region }) =>
      `must be ${region} too, because the STS endpoint that is made in the VPC is of that region`,
    fix: "remove it, or set vault.server.location.stsEndpoint to false and give Vault another way to STS",
  }),
  // Vault API documentation: /sys/audit and /sys/quotas/rate-limit are restricted to the root namespace.
  ...(["audit", "loginsPerSecond"] as const).map((key) =>
    rule(setting(vault, key), {
      holds: (_, draft) => setting(adoptedVaultServer, "namespace")(draft).length === 0,
      must: "Vault has this setting in its root namespace only",
      fix: "remove it, and have it set where the root namespace is kept",
    }),
  ),
];

function isOnThisMachine(address: string): boolean {
  return ["127.0.0.1", "localhost"].includes(new URL(address).hostname);
}
