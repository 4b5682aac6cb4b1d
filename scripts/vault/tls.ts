import { X509Certificate } from "node:crypto";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { VaultServerNames } from "../../constructs/vault/server/node/names";
import { certificateAuthority } from "../support/certificates";
import { authoritySecret, type KeptAuthority, makeAuthority, trustedPem } from "./authority";
import { JsonSecret, nothingIf } from "./json-secret";

const DAY_MS = 24 * 60 * 60 * 1000;
const SERVER_DAYS = 397;
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
}

/**
 * Makes the private authority and the server's certificate where they are missing, and renews the certificate where it
 * is time: whatever is right stays. Says what it did, a line each; nothing of it is secret.
 */
export async function provideCertificates(options: TlsOptions): Promise<readonly string[]> {
  const { hostName, names, secretsManager, owners, nodeRoleArn } = options;
  const lines: string[] = [];
  const kept = await provideAuthority(options, lines);
  const authority = trustedPem(kept);
  const secret = new JsonSecret<ServedCertificate>(secretsManager, names.certificateSecret, [
    ...owners,
    nodeRoleArn,
  ]);
  const present = await secret.read();
  const reason = present ? whyRenew(present, kept, options) : "there was none";
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

async function provideAuthority(options: TlsOptions, lines: string[]): Promise<KeptAuthority> {
  const { names, hostName } = options;
  const secret = authoritySecret(options);
  let stored = await secret.read();
  if (!stored) {
    // Of two that run at once one makes the authority, and both use it.
    if (await secret.create(await makeAuthority(hostName)))
      lines.push(`A certificate authority was made: the secret ${secret.name}.`);
    stored = await secret.read();
  }
  if (!stored) throw new Error(`the secret ${secret.name} was made, and cannot be read`);
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

/** Whether the parameter had another value. */
async function publish({ ssm, names }: TlsOptions, Value: string): Promise<boolean> {
  const Name = names.authorityParameter;
  const present = await ssm.send(new GetParameterCommand({ Name })).catch(nothingIf(ParameterNotFound));
  if (present?.Parameter?.Value === Value) return false;
  await ssm.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
  return true;
}
