/** What the commands make and the stacks look up: names by agreement, since no Terraform state has them. */
export interface VaultServerNames {
  /** Secret: private key and certificate of the authority, and of one that takes over. Only `vault:tls` reads it. */
  readonly authoritySecret: string;
  /** Secret: what a node serves, see `VaultNodeProps.certificateSecretArn`. */
  readonly certificateSecret: string;
  /** SSM parameter (String): the certificate of each authority that is trusted, PEM. It is not secret. */
  readonly authorityParameter: string;
  /** Secret: recovery shares, written once by `vault:init`. */
  readonly recoverySecret: string;
}

/** @param namePrefix of the environment. */
export function vaultServerNames(namePrefix: string): VaultServerNames {
  return {
    authoritySecret: `${namePrefix}/vault-server/authority`,
    certificateSecret: `${namePrefix}/vault-server/certificate`,
    authorityParameter: `/${namePrefix}/vault-server/authority`,
    recoverySecret: `${namePrefix}/vault-server/recovery`,
  };
}

/** In the server's bucket. */
export const SNAPSHOT_PREFIX = "snapshots";
