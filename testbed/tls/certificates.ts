// @peculiar/x509 is built on it.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

/** A throw-away certificate authority for the local database server. */
export interface CertificateAuthority {
  readonly certificatePem: string;
  issue(options: {
    /** DNS names and IP addresses of the server. */
    readonly hosts: readonly string[];
    /** @default - ninety days from now */
    readonly notAfter?: Date;
  }): Promise<{ certificatePem: string; keyPem: string }>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const KEY = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const { KeyUsageFlags } = x509;

x509.cryptoProvider.set(webcrypto as never);

export async function createCertificateAuthority(commonName: string): Promise<CertificateAuthority> {
  const authority = await newKeyPair();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    keys: authority,
    signingAlgorithm: SIGNATURE,
    ...validity(inNinetyDays()),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return {
    certificatePem: certificate.toString("pem"),
    async issue({ hosts, notAfter = inNinetyDays() }) {
      const server = await newKeyPair();
      const issued = await x509.X509CertificateGenerator.create({
        subject: `CN=${hosts[0] ?? "nobody"}`,
        issuer: certificate.subject,
        publicKey: server.publicKey,
        signingKey: authority.privateKey,
        signingAlgorithm: SIGNATURE,
        ...validity(notAfter),
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            hosts.map((value) => ({ type: isIP(value) ? "ip" : "dns", value })),
          ),
          await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
        ],
      });
      return { certificatePem: issued.toString("pem"), keyPem: await privateKeyPem(server.privateKey) };
    },
  };
}

async function newKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  return x509.PemConverter.encode(der, x509.PemConverter.PrivateKeyTag);
}

function inNinetyDays(): Date {
  return new Date(Date.now() + 90 * DAY_MS);
}

/** Starts before it ends, also for a certificate that is to have expired. */
function validity(notAfter: Date): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - DAY_MS), notAfter };
}
