import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Problem, show } from "./problem";

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g;

/** AWS Lambda Developer Guide, "Lambda quotas": 4 KB for all environment variables of a function. */
const LONGEST_BYTES = 3_000;

/** Certificates of a PEM file. Anything else in it, such as a private key, is refused: the text goes into the state. */
export function readCertificateAuthority(
  directory: string,
  file: string,
): { pem: string } | { problem: Problem } {
  const problem = (rule: string, fix: string) => ({
    problem: { path: "database.certificateAuthorityFile", rule, got: show(file), fix },
  });
  let content: string;
  try {
    content = readFileSync(resolve(directory, file), "utf8");
  } catch {
    return problem(
      "must be a readable file, relative to the environment file",
      "correct the path, or remove the key to trust the Amazon RDS authorities",
    );
  }
  const blocks = [...content.matchAll(BLOCK)];
  if (
    blocks.length === 0 ||
    !blocks.every(([block, label]) => label === "CERTIFICATE" && isCertificate(block))
  ) {
    return problem(
      "must hold PEM certificates and nothing else",
      "leave only the CERTIFICATE blocks in the file",
    );
  }
  const pem = blocks.map(([block]) => `${block}\n`).join("");
  if (Buffer.byteLength(pem) > LONGEST_BYTES) {
    return problem(
      `must fit into the function's environment: at most ${LONGEST_BYTES} bytes, has ${Buffer.byteLength(pem)}`,
      "leave only the root that signed the database's certificate",
    );
  }
  return { pem };
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).ca;
  } catch {
    return false;
  }
}
