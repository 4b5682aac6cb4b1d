import type { VaultSoftware } from "../node/vault-node";

interface Versions {
  /** What an environment gets that names none. */
  readonly usual: string;
  /** The first that can be used, and why. */
  readonly from: { readonly version: string; readonly why: string };
  /** The first that can no longer be used, and why. @default - none is known */
  readonly before?: { readonly version: string; readonly why: string };
}

/** Versions that a created server can have. */
export const SERVER_VERSIONS: Readonly<Record<VaultSoftware, Versions>> = {
  vault: {
    usual: "1.21.1",
    // README of terraform-provider-vault.
    from: { version: "1.15.0", why: "the provider hashicorp/vault 5 supports no older one" },
  },
  openbao: {
    usual: "2.5.5",
    // OpenBao documentation, release notes of 2.5.3 (GH-2908) and 2.7.0.
    from: { version: "2.5.3", why: "an older one goes on where it initialised itself only in part" },
    before: { version: "2.7.0", why: "it has no seal of AWS KMS of its own, only as a plugin" },
  },
};

/** The version that an environment's server has. */
export function serverVersion(server: {
  readonly software: VaultSoftware;
  readonly version?: string;
}): string {
  return server.version ?? SERVER_VERSIONS[server.software].usual;
}
