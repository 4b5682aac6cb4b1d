import { createCertificateAuthority, type KeyAndCertificate } from "../support/certificates";
import { JsonSecret } from "./json-secret";
import type { TlsOptions } from "./tls";

const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;

/** What the authority's secret has: the one that signs, and whoever is trusted beside it while another takes over. */
export interface KeptAuthority extends KeyAndCertificate {
  /** It signs nothing yet. */
  readonly next?: KeyAndCertificate;
  /** Certificate of the one that signed before, PEM. */
  readonly formerPem?: string;
}

export function authoritySecret({ secretsManager, names, owners }: TlsOptions): JsonSecret<KeptAuthority> {
  return new JsonSecret(secretsManager, names.authoritySecret, owners);
}

/** Certificates that whoever asks the server trusts, PEM; the older authority first. */
export function trustedPem({ formerPem, certificatePem, next }: KeptAuthority): string {
  return [formerPem, certificatePem, next?.certificatePem].filter((pem) => pem !== undefined).join("\n");
}

/** The day is in its name: two that are trusted at once are told from each other. */
export async function makeAuthority(hostName: string): Promise<KeyAndCertificate> {
  const now = new Date();
  const { certificatePem, keyPem } = await createCertificateAuthority(
    `${hostName} authority of ${now.toISOString().slice(0, 10)}`,
    new Date(now.getTime() + AUTHORITY_DAYS * DAY_MS),
  );
  return { certificatePem, keyPem };
}
