import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type Problem, show } from "./problem";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g;

/** AWS Lambda Developer Guide, "Lambda quotas": 4 KB for all environment variables of a function. */
const LONGEST_BYTES = 3_000;

/** Who signed a server's certificate. */
export interface CertificateAuthority {
  /** Certificates only. */
  readonly pem: string;
  /** Absolute path of the file that they were read from. */
  readonly path: string;
}

/** Certificates of a PEM file. Anything else in it, such as a private key, is refused: the text goes into the state. */
export function readCertificateAuthority(
  section: string,
  file: string,
  directory: string,
): CertificateAuthority | { problem: Problem } {
  const problem = (rule: string, fix: string) => ({
    problem: { path: `${section}.certificateAuthorityFile`, rule, got: show(file), fix },
  });
  const path = resolve(directory, file);
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch {
    return problem(
      "must be a readable file, relative to the environment file",
      "correct the path, or remove the key to trust the usual authorities",
    );
  }
  const blocks = content.match(CERTIFICATE) ?? [];
  if (
    blocks.length === 0 ||
    content.replaceAll(CERTIFICATE, "").trim() !== "" ||
    !blocks.every(isCertificate)
  ) {
    return problem(
      "must hold PEM certificates and nothing else",
      "leave only the CERTIFICATE blocks in the file, without text between them",
    );
  }
  const pem = blocks.map((block) => `${block}\n`).join("");
  if (Buffer.byteLength(pem) > LONGEST_BYTES) {
    return problem(
      `must fit into the function's environment: at most ${LONGEST_BYTES} bytes, has ${Buffer.byteLength(pem)}`,
      "leave only the root that signed the server's certificate",
    );
  }
  return { pem, path };
}

/** What is wrong with two files that a function has in its environment, each of them right by itself. */
export function tooLongTogether(
  database: CertificateAuthority,
  vault: CertificateAuthority,
): Problem | undefined {
  const bytes = Buffer.byteLength(database.pem + vault.pem);
  if (bytes <= LONGEST_BYTES) return undefined;
  return {
    path: "vault.certificateAuthorityFile",
    rule: `must fit into the function's environment beside database.certificateAuthorityFile: at most ${LONGEST_BYTES} bytes together, have ${bytes}`,
    got: show([vault.path, database.path].map((path) => basename(path))),
    fix: "leave only the root in each file, or have one authority with a shorter key sign both certificates",
  };
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).ca;
  } catch {
    return false;
  }
}
