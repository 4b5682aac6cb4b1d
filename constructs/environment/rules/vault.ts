import { vaultExtensionLayerArn } from "../vault/extension-layer";
import { VAULT_PROVIDER_VERSION } from "../vault/provider-version";
import { isVaultSecretName, SECRET_NAME_RULE } from "../vault/secret-name";
import { deploysVault } from "./backend-checks";
import { broken, type Problem } from "./problem";
import type { Sections } from "./schema";

/** Rules about Vault and how functions reach it. `readNames` are the secrets that consumers read. */
export function vaultChecks(readNames: readonly string[]) {
  return [
    vaultIsEncrypted,
    vaultIsAsLocalAsTheEmulator,
    mountsAreFree,
    providerFitsItsBindings,
    extensionIsThere,
    cacheIsUsed,
    oneLayerIsNamed,
    stsEndpointIsOfTheRegion,
    rootNamespaceIsOurs,
    secretsCanBeNamed,
    testSecretIsRead(readNames),
  ];
}

/** Tokens and secrets cross the network to Vault. */
function vaultIsEncrypted({ vault }: Sections): Problem[] {
  if (!vault?.address.startsWith("http:") || isOnThisMachine(vault.address)) return [];
  return [broken(["vault", "address"], vault.address, "must be https", 'write "https://…"')];
}

/** A Vault that has its logins checked by an emulator lets anybody in. */
function vaultIsAsLocalAsTheEmulator(sections: Sections): Problem[] {
  const { vault, emulator } = sections;
  if (!vault || !emulator || !deploysVault(sections) || isOnThisMachine(vault.address)) return [];
  const rule =
    "with an emulator, which then checks logins in the place of AWS, Vault must be on this machine";
  return [
    broken(["vault", "address"], vault.address, rule, 'write "https://127.0.0.1:8200", or remove emulator'),
  ];
}

function isOnThisMachine(address: string): boolean {
  return ["127.0.0.1", "localhost"].includes(new URL(address).hostname);
}

/** Vault's own paths (Vault API documentation, "System Backend"). */
function mountsAreFree({ vault }: Sections): Problem[] {
  const { kv, auth } = vault ?? {};
  return [
    ...(kv?.mount && /^(sys|auth|identity|cubbyhole)(\/|$)/.test(kv.mount)
      ? [
          broken(
            ["vault", "kv", "mount"],
            kv.mount,
            "sys, auth, identity and cubbyhole are Vault's own paths",
            'write for example "kv"',
          ),
        ]
      : []),
    ...(auth?.mount && /^token(\/|$)/.test(auth.mount)
      ? [
          broken(
            ["vault", "auth", "mount"],
            auth.mount,
            "token is Vault's own auth method",
            'write for example "aws"',
          ),
        ]
      : []),
  ];
}

function providerFitsItsBindings({ vault }: Sections): Problem[] {
  if (!vault || Number(vault.providerVersion.split(".")[1]) >= 6) return [];
  const rule = "the provider must be 5.6.0 or newer, which its bindings were made for";
  return [
    broken(
      ["vault", "providerVersion"],
      vault.providerVersion,
      rule,
      `write "${VAULT_PROVIDER_VERSION}", or remove it`,
    ),
  ];
}

function extensionIsThere(sections: Sections): Problem[] {
  const { vault, region, consumerArchitecture = "arm64" } = sections;
  if (!vault || !region || !deploysVault(sections) || vault.extension.layerArn) return [];
  if (vaultExtensionLayerArn(region, consumerArchitecture)) return [];
  return [
    broken(
      ["vault", "extension", "layerArn"],
      undefined,
      `HashiCorp's layer is not known in region ${region}`,
      "publish the extension's zip from releases.hashicorp.com as a layer, and name its ARN",
    ),
  ];
}

function cacheIsUsed({ vault }: Sections): Problem[] {
  const { delivery, cacheSeconds } = vault?.extension ?? {};
  if (delivery !== "file" || cacheSeconds === undefined) return [];
  const rule = "the extension keeps answers of its proxy only; files are written once";
  return [
    broken(
      ["vault", "extension", "cacheSeconds"],
      cacheSeconds,
      rule,
      'remove it, or write "proxy" for delivery',
    ),
  ];
}

function oneLayerIsNamed({ vault }: Sections): Problem[] {
  const { release, layerArn } = vault?.extension ?? {};
  if (!release || !layerArn) return [];
  return [
    broken(
      ["vault", "extension", "release"],
      release,
      "layerArn names a layer already",
      "remove release or layerArn",
    ),
  ];
}

function stsEndpointIsOfTheRegion({ vault, region }: Sections): Problem[] {
  if (vault?.location?.kind !== "vpc" || !vault.location.stsEndpoint || !region) return [];
  const { stsRegion = region } = vault.auth;
  if (stsRegion === region) return [];
  const rule = `must be ${region} too, because the STS endpoint that is made in the VPC is of that region`;
  return [
    broken(
      ["vault", "auth", "stsRegion"],
      stsRegion,
      rule,
      "remove it, or set vault.location.stsEndpoint to false and give Vault another way to STS",
    ),
  ];
}

/** Vault API documentation: /sys/audit and /sys/quotas/rate-limit are restricted to the root namespace. */
function rootNamespaceIsOurs({ vault }: Sections): Problem[] {
  if (!vault?.namespace) return [];
  return (["audit", "loginsPerSecond"] as const).flatMap((key) =>
    vault[key] === undefined
      ? []
      : [
          broken(
            ["vault", key],
            vault[key],
            "Vault has this setting in its root namespace only",
            "remove it, and have it set where the root namespace is kept",
          ),
        ],
  );
}

function secretsCanBeNamed(sections: Sections): Problem[] {
  if (!deploysVault(sections)) return [];
  return (sections.consumers ?? []).flatMap(({ secret }, index) =>
    isVaultSecretName(secret)
      ? []
      : [broken(["consumers", index, "secret"], secret, SECRET_NAME_RULE, "choose another name")],
  );
}

/** A function may read its own secret alone. */
function testSecretIsRead(readNames: readonly string[]) {
  return (sections: Sections): Problem[] => {
    const name = sections.vault?.testSecret;
    if (!name || !deploysVault(sections) || readNames.length === 0 || readNames.includes(name)) return [];
    const rule = `must be a secret that a consumer reads: ${[...new Set(readNames)].join(", ")}`;
    return [broken(["vault", "testSecret"], name, rule, "write one of them, or add a consumer")];
  };
}
