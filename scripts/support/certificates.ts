// @peculiar/x509 is built on it.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

/** A certificate with its private key, both PEM. */
export interface KeyAndCertificate {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface CertificateAuthority extends KeyAndCertificate {
  issue(options: {
    /** DNS names and IP addresses of the server. */
    readonly hosts: readonly string[];
    /** @default - ninety days from now */
    readonly notAfter?: Date;
  }): Promise<KeyAndCertificate>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const KEY = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const { KeyUsageFlags } = x509;

x509.cryptoProvider.set(webcrypto as never);

/** @param notAfter ninety days from now where it is left out. */
export async function createCertificateAuthority(
  commonName: string,
  notAfter?: Date,
): Promise<CertificateAuthority> {
  const { publicKey, privateKey } = await newKeyPair();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    keys: { publicKey, privateKey },
    signingAlgorithm: SIGNATURE,
    ...validity(notAfter),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return await certificateAuthority({
    certificatePem: certificate.toString("pem"),
    keyPem: await privateKeyPem(privateKey),
  });
}

/** An authority that `createCertificateAuthority` made. */
export async function certificateAuthority(authority: KeyAndCertificate): Promise<CertificateAuthority> {
  const certificate = new x509.X509Certificate(authority.certificatePem);
  const [pkcs8 = new ArrayBuffer(0)] = x509.PemConverter.decode(authority.keyPem);
  const signingKey = await webcrypto.subtle.importKey("pkcs8", pkcs8, KEY, false, ["sign"]);
  return {
    ...authority,
    async issue({ hosts, notAfter }) {
      const server = await newKeyPair();
      const issued = await x509.X509CertificateGenerator.create({
        subject: `CN=${hosts[0] ?? "nobody"}`,
        issuer: certificate.subject,
        publicKey: server.publicKey,
        signingKey,
        signingAlgorithm: SIGNATURE,
        ...validity(notAfter),
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          // A Vault node logs in to its own server with what it serves.
          new x509.ExtendedKeyUsageExtension([
            x509.ExtendedKeyUsage.serverAuth,
            x509.ExtendedKeyUsage.clientAuth,
          ]),
          new x509.SubjectAlternativeNameExtension(
            hosts.map((value) => ({ type: isIP(value) ? "ip" : "dns", value })),
          ),
          await x509.AuthorityKeyIdentifierExtension.create(certificate.publicKey),
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

/** Starts before it ends, also for a certificate that is to have expired. */
function validity(notAfter = new Date(Date.now() + 90 * DAY_MS)): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - DAY_MS), notAfter };
}
