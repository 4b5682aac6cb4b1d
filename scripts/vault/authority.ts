import { createPrivateKey, X509Certificate } from "node:crypto";
import {
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import { createCertificateAuthority, type KeyAndCertificate } from "../support/certificates";
import { nothingIf } from "../support/nothing-if";
import { JsonSecret, SECRETS_DOCUMENT } from "./json-secret";
import type { TlsOptions } from "./tls";

const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

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

/**
 * Before anybody is told to trust what the secret has: its policy alone does not say who wrote it. Whoever has the
 * key of an authority that `vault:tls` has published is whoever made that.
 *
 * @throws Error if it is not known from anywhere
 */
export async function refuseUnknownAuthority(options: TlsOptions, kept: KeptAuthority): Promise<void> {
  const { names, knownAuthority } = options;
  const own = hasItsKey(kept) ? fingerprint(kept.certificatePem) : undefined;
  const published: string[] = (await publishedPem(options))?.match(CERTIFICATE) ?? [];
  if (own && (own === knownAuthority || published.includes(kept.certificatePem.trim()))) return;
  const [found, way] = own
    ? [`SHA-256 ${own}`, `If it is yours, run npm run vault:tls -- --known-authority ${own}. If not, see`]
    : ["no certificate with its key", "See"];
  throw new Error(
    `the authority in the secret ${names.authoritySecret} (${found}) must be one that vault:tls has published in the ` +
      `parameter ${names.authorityParameter}, and is not: somebody else may have made it. ${way} ${SECRETS_DOCUMENT}`,
  );
}

/** Undefined where there is none. */
export async function publishedPem({ ssm, names }: TlsOptions): Promise<string | undefined> {
  const Name = names.authorityParameter;
  const present = await ssm.send(new GetParameterCommand({ Name })).catch(nothingIf(ParameterNotFound));
  return present?.Parameter?.Value;
}

/** Whether the parameter had another value. */
export async function publish(options: TlsOptions, Value: string): Promise<boolean> {
  if ((await publishedPem(options)) === Value) return false;
  const Name = options.names.authorityParameter;
  await options.ssm.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
  return true;
}

/** Whether there was none, so that this one is published. */
export async function publishFirst({ ssm, names }: TlsOptions, Value: string): Promise<boolean> {
  const put = new PutParameterCommand({ Name: names.authorityParameter, Value, Type: "String" });
  return (await ssm.send(put).catch(nothingIf(ParameterAlreadyExists))) !== undefined;
}

/** As `openssl x509 -fingerprint -sha256` prints it. */
export function fingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

function hasItsKey({ certificatePem, keyPem }: KeptAuthority): boolean {
  try {
    return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return false;
  }
}
