import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { packCertificates } from "../../../lambda/database-tls/contract/packed-certificates";
import type { CertificateAuthority } from "../environment";
import { isObject, type Path, type Problem, problemAt, valueAt } from "../problems/problem";

const KEY = "certificateAuthorityFile";
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g;

/**
 * Bytes that certificates and variables of yours may take of the 4 KB for all environment variables of a function (AWS
 * Lambda Developer Guide, "Lambda quotas").
 */
export const MOST_BYTES = 3_200;
/** Of these, what the certificate of an authority takes that `npm run vault:tls` makes for a host of a usual name. */
export const MADE_AUTHORITY_BYTES = 700;

export interface AuthorityFile {
  /** Path of the section that names it as `certificateAuthorityFile`. */
  readonly section: Path;
  readonly result: CertificateAuthority | { readonly problem: Problem };
}

/** Reads the files that an environment names, relative to the folder of its own file. */
export function readAuthorities(input: unknown, directory: string): AuthorityFile[] {
  const databases = valueAt(input, ["databases"]);
  const sections = [
    ...(isObject(databases) ? Object.keys(databases) : []).map((name) => ["databases", name]),
    ["vault", "server"],
  ];
  return sections.flatMap((section) => {
    const file = valueAt(input, [...section, KEY]);
    return typeof file === "string" ? [{ section, result: readAuthority(section, file, directory) }] : [];
  });
}

/**
 * Certificates of a PEM file, without those that nothing is signed with any more. Anything else in it, such as a
 * private key, is refused: the text goes into the state.
 */
function readAuthority(section: Path, file: string, directory: string): AuthorityFile["result"] {
  const refuse = (rule: string, fix: string) => ({ problem: problemAt([...section, KEY], file, rule, fix) });
  const path = resolve(directory, file);
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch {
    return refuse(
      "must be a readable file, relative to the environment file",
      "correct the path, or remove the key to trust the usual authorities",
    );
  }
  const blocks = content.match(CERTIFICATE) ?? [];
  const isRest = content.replaceAll(CERTIFICATE, "").trim() !== "";
  if (blocks.length === 0 || isRest || !blocks.every(isCertificate))
    return refuse(
      "must hold PEM certificates and nothing else",
      "leave only the CERTIFICATE blocks in the file, without text before or between them",
    );
  const used = blocks.filter(isInUse);
  if (used.length === 0)
    return refuse(
      "must hold a certificate that has not expired",
      "name the file of the authority that signs now",
    );
  const pem = used.map((block) => `${block}\n`).join("");
  const bytes = bytesInVariable(section, pem);
  if (bytes > MOST_BYTES)
    return refuse(
      `must fit into the function's environment: at most ${MOST_BYTES} bytes, has ${bytes}`,
      "leave only the roots of the server's region, or the one that signed its certificate",
    );
  return { path, pem };
}

/** What certificates take of a function's variables: Vault's extension reads PEM only. */
function bytesInVariable([section]: Path, pem: string): number {
  return (section === "vault" ? pem : packCertificates([pem])).length;
}

/** AWS's bundles keep roots that have expired, and those of its preview environments. */
function isInUse(block: string): boolean {
  const { subject, validTo } = new X509Certificate(block);
  return Date.parse(validTo) > Date.now() && !/Amazon RDS (Beta|Preview) /.test(subject);
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).ca;
  } catch {
    return false;
  }
}
