import { X509Certificate } from "node:crypto";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { VaultServerNames } from "../../constructs/vault/server/node/names";
import { certificateAuthority } from "../support/certificates";
import {
  authoritySecret,
  fingerprint,
  type KeptAuthority,
  makeAuthority,
  publish,
  publishedPem,
  publishFirst,
  refuseUnknownAuthority,
  trustedPem,
} from "./authority";
import { JsonSecret } from "./json-secret";
import { until } from "./waiting";

const DAY_MS = 24 * 60 * 60 * 1000;
const SERVER_DAYS = 397;
/** Between publishing an authority and keeping its key are a few calls. */
const KEEP_MS = 5_000;
/** A certificate with fewer days left is renewed. */
export const RENEWAL_DAYS = 60;

export interface TlsOptions {
  readonly secretsManager: SecretsManagerClient;
  readonly ssm: SSMClient;
  readonly names: VaultServerNames;
  /** What the certificate is for. */
  readonly hostName: string;
  /** Renew a certificate that has long to go. */
  readonly renew: boolean;
  /** ARNs of those who may read and write the authority's and the server's key. */
  readonly owners: readonly string[];
  /** Role of the nodes, which serve the certificate. */
  readonly nodeRoleArn: string;
  /** Fingerprint of an authority that was not published, and that whoever runs this knows. */
  readonly knownAuthority?: string;
}

/**
 * Makes the private authority and the server's certificate where they are missing, and renews the certificate where it
 * is time: whatever is right stays. Says what it did, a line each; nothing of it is secret.
 */
export async function provideCertificates(options: TlsOptions): Promise<readonly string[]> {
  const { hostName } = options;
  const lines: string[] = [];
  const kept = await provideAuthority(options, lines);
  const authority = trustedPem(kept);
  const secret = certificateSecret(options);
  const wasExposed = await secret.guard(() => true);
  const present = await secret.read();
  // Also of what somebody wrote back before the policy was there.
  const reason = wasExposed
    ? "others may know the key of the one before"
    : present
      ? whyRenew(present, kept, options)
      : "there was none";
  if (present && reason === undefined) {
    if (present.authority !== authority) await secret.write({ ...present, authority });
    lines.push(`The certificate for ${hostName} is good until ${validTo(present.certificate)}; it stays.`);
    return lines;
  }
  // No later than its authority, so that the alarm of the certificate is one of the authority, too.
  const lasts = Math.min(Date.now() + SERVER_DAYS * DAY_MS, endOf(kept.certificatePem));
  const signer = await certificateAuthority(kept);
  const { certificatePem, keyPem } = await signer.issue({ hosts: [hostName], notAfter: new Date(lasts) });
  await secret.write({ certificate: certificatePem, key: keyPem, authority });
  lines.push(
    `A certificate for ${hostName} was made (${reason}), good until ${validTo(certificatePem)}: the secret ` +
      `${secret.name}. Running nodes take it within 15 minutes.`,
  );
  return lines;
}

/** As a node reads it, see `VaultNodeProps.certificateSecretArn`. */
interface ServedCertificate {
  readonly certificate: string;
  readonly key: string;
  /** Of all authorities that are trusted. */
  readonly authority: string;
}

export function certificateSecret({ secretsManager, names, owners, nodeRoleArn }: TlsOptions) {
  return new JsonSecret<ServedCertificate>(secretsManager, names.certificateSecret, [...owners, nodeRoleArn]);
}

/** Of both secrets. */
export async function changeOwners(options: TlsOptions): Promise<readonly string[]> {
  return [
    ...(await authoritySecret(options).changeOwners()),
    ...(await certificateSecret(options).changeOwners()),
  ];
}

async function provideAuthority(options: TlsOptions, lines: string[]): Promise<KeptAuthority> {
  const { names } = options;
  const secret = authoritySecret(options);
  if (await secret.guard(() => isTrustedByNobody(options)))
    lines.push(`Others may know the key of the authority that the secret ${secret.name} had: it is gone.`);
  const stored = (await foundAuthority(options, lines)) ?? (await newAuthority(options, lines));
  if (endOf(stored.certificatePem) < Date.now() + SERVER_DAYS * DAY_MS)
    lines.push(
      `The authority ends on ${validTo(stored.certificatePem)}: npm run vault:tls -- --new-authority has another one ` +
        "take over.",
    );
  if (await publish(options, trustedPem(stored)))
    lines.push(
      `The certificate of each trusted authority, alone, is in the parameter ${names.authorityParameter}.`,
    );
  return stored;
}

/** Undefined where one has to be made. */
async function foundAuthority(options: TlsOptions, lines: string[]): Promise<KeptAuthority | undefined> {
  const secret = authoritySecret(options);
  const found = await secret.readVersion();
  if (!found) return undefined;
  // The value first: another run at the same time publishes its authority before it keeps the key.
  if (options.knownAuthority !== undefined || !(await isTrustedByNobody(options))) {
    await refuseUnknownAuthority(options, found.value);
    return found.value;
  }
  await secret.empty(found.versionId);
  lines.push(
    `The secret ${secret.name} had an authority that nobody has published and nobody trusts: it is gone.`,
  );
  return undefined;
}

async function newAuthority(options: TlsOptions, lines: string[]): Promise<KeptAuthority> {
  const secret = authoritySecret(options);
  const made = await makeAuthority(options.hostName);
  // Before there is a key: the next run knows by it which authority is ours, wherever this one is stopped.
  const isFirst = await publishFirst(options, trustedPem(made));
  if (!isFirst && !(await isKeptSoon(secret))) await publish(options, trustedPem(made));
  // Of two that run at once one makes the authority, and both use it.
  if (await secret.create(made))
    lines.push(
      `A certificate authority was made (SHA-256 ${fingerprint(made.certificatePem)}): the secret ${secret.name}. ` +
        `Its certificate, alone, is in the parameter ${options.names.authorityParameter}.`,
    );
  const stored = await secret.read();
  if (!stored) throw new Error(`the secret ${secret.name} was given an authority, and cannot be read`);
  await refuseUnknownAuthority(options, stored);
  return stored;
}

/** Whether the run that published an authority keeps its key: it may go on now, or have been stopped before that. */
async function isKeptSoon(secret: JsonSecret<KeptAuthority>): Promise<boolean> {
  const isKept = async () => (await secret.read()) !== undefined;
  return await until("another run keeps its authority", isKept, KEEP_MS).then(
    () => true,
    ({ cause }: Error) => {
      if (cause !== undefined) throw cause;
      return false;
    },
  );
}

/** Neither published nor the signer of a certificate that is served. */
async function isTrustedByNobody(options: TlsOptions): Promise<boolean> {
  return (
    (await publishedPem(options)) === undefined && (await certificateSecret(options).read()) === undefined
  );
}

function whyRenew(
  { certificate }: ServedCertificate,
  signer: KeptAuthority,
  { hostName, renew }: TlsOptions,
): string | undefined {
  const parsed = new X509Certificate(certificate);
  const left = (endOf(certificate) - Date.now()) / DAY_MS;
  if (renew) return "--renew";
  if (!parsed.checkHost(hostName)) return `the one before was for ${parsed.subjectAltName}`;
  if (!parsed.verify(new X509Certificate(signer.certificatePem).publicKey))
    return "the one before was of another authority";
  return left < RENEWAL_DAYS ? `the one before ends in ${Math.floor(left)} days` : undefined;
}

function validTo(pem: string): string {
  return new Date(endOf(pem)).toISOString().slice(0, 10);
}

function endOf(pem: string): number {
  return Date.parse(new X509Certificate(pem).validTo);
}
