import { X509Certificate } from "node:crypto";
import { inflateSync } from "node:zlib";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** A certificate with the longest key of RDS, RSA 4096, stays readable; the bundle of a region has 4,600 bytes. */
const MOST_BYTES_OF_PEM = 2_200;

/**
 * Certificates for an environment variable, of which a function has 4 KB in all: as PEM, or, where that is long, as
 * Base64 of the deflated DER. fflate's answer is the same on every machine; Node's zlib is not.
 *
 * @param pems PEM texts; a certificate that is in several of them is kept once.
 */
export function packCertificates(pems: readonly string[]): string {
  const blocks = [...new Set(pems.flatMap((pem) => pem.match(CERTIFICATE) ?? []))];
  const pem = blocks.map((block) => `${block}\n`).join("");
  if (pem.length <= MOST_BYTES_OF_PEM) return pem;
  const der = Buffer.concat(blocks.map((block) => new X509Certificate(block).raw));
  // Few environments get here, and each synth would load it.
  const { zlibSync } = require("fflate") as typeof import("fflate");
  return Buffer.from(zlibSync(der, { level: 9 })).toString("base64");
}

/**
 * PEM of what {@link packCertificates} writes; PEM that somebody wrote by hand stays as it is.
 *
 * @throws Error if it is neither.
 */
export function unpackCertificates(variable: string): string {
  if (variable.includes("-----BEGIN")) return variable;
  const der = inflateSync(Buffer.from(variable, "base64"));
  const blocks: string[] = [];
  for (let start = 0; start < der.length; ) {
    // OpenSSL reads one certificate and leaves what follows it.
    const certificate = new X509Certificate(der.subarray(start));
    blocks.push(certificate.toString());
    start += certificate.raw.length;
  }
  return blocks.join("");
}
