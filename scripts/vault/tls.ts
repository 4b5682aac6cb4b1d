import { X509Certificate } from "node:crypto";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { VaultServerNames } from "../../constructs/vault/server/node/names";
import {
  type CertificateAuthority,
  certificateAuthority,
  createCertificateAuthority,
  type KeyAndCertificate,
} from "../support/certificates";
import { JsonSecret, nothingIf } from "./json-secret";

const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
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
  const { hostName, names } = options;
  const lines: string[] = [];
  const authority = await provideAuthority(options, lines);
  const { secretsManager, owners, nodeRoleArn } = options;
  const secret = new JsonSecret<ServedCertificate>(secretsManager, names.certificateSecret, [
    ...owners,
    nodeRoleArn,
  ]);
  const present = await secret.read();
  const reason = present ? whyRenew(present, authority, options) : "there was none";
  if (reason === undefined) {
    lines.push(
      `The certificate for ${hostName} is good until ${validTo(present?.certificate ?? "")}; it stays.`,
    );
    return lines;
  }
  const notAfter = new Date(Date.now() + SERVER_DAYS * DAY_MS);
  const { certificatePem, keyPem } = await authority.issue({ hosts: [hostName], notAfter });
  const served = { certificate: certificatePem, key: keyPem, authority: authority.certificatePem };
  await secret.write(served);
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
  readonly authority: string;
}

async function provideAuthority(options: TlsOptions, lines: string[]): Promise<CertificateAuthority> {
  const { names, hostName } = options;
  const secret = new JsonSecret<KeyAndCertificate>(
    options.secretsManager,
    names.authoritySecret,
    options.owners,
  );
  let stored = await secret.read();
  if (!stored) {
    const made = await createCertificateAuthority(
      `${hostName} authority`,
      new Date(Date.now() + AUTHORITY_DAYS * DAY_MS),
    );
    const { certificatePem, keyPem } = made;
    // Of two that run at once one makes the authority, and both use it.
    if (await secret.create({ certificatePem, keyPem }))
      lines.push(`A certificate authority was made: the secret ${secret.name}.`);
    stored = await secret.read();
  }
  if (!stored) throw new Error(`the secret ${secret.name} was made, and cannot be read`);
  if (await publish(options, stored.certificatePem))
    lines.push(`The authority's certificate, alone, is in the parameter ${names.authorityParameter}.`);
  return await certificateAuthority(stored);
}

function whyRenew(
  { certificate, authority: itsAuthority }: ServedCertificate,
  authority: CertificateAuthority,
  { hostName, renew }: TlsOptions,
): string | undefined {
  const parsed = new X509Certificate(certificate);
  const left = (Date.parse(parsed.validTo) - Date.now()) / DAY_MS;
  if (renew) return "--renew";
  if (!parsed.checkHost(hostName)) return `the one before was for ${parsed.subjectAltName}`;
  if (itsAuthority !== authority.certificatePem) return "the one before was of another authority";
  return left < RENEWAL_DAYS ? `the one before ends in ${Math.floor(left)} days` : undefined;
}

function validTo(pem: string): string {
  return new Date(new X509Certificate(pem).validTo).toISOString().slice(0, 10);
}

/** Whether the parameter had another value. */
async function publish({ ssm, names }: TlsOptions, certificatePem: string): Promise<boolean> {
  const Name = names.authorityParameter;
  const present = await ssm.send(new GetParameterCommand({ Name })).catch(nothingIf(ParameterNotFound));
  if (present?.Parameter?.Value === certificatePem) return false;
  await ssm.send(new PutParameterCommand({ Name, Value: certificatePem, Type: "String", Overwrite: true }));
  return true;
}
