import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { unzipSync } from "fflate";
import { artifactKey, type VaultArtifact } from "../../constructs/vault/server/node/vault-node";
import { nothingIf } from "../support/nothing-if";

export interface ArtifactOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** A program, or the archive in which its publisher has it: `.zip` or `.tar.gz`. */
  readonly file: string;
  /** SHA-256 of that file in hexadecimal, as its publisher says. */
  readonly sha256: string;
}

/** Checks a published file and puts its program where nodes fetch it. Gives what an environment file says of it. */
export async function uploadArtifact({ s3, bucket, file, sha256 }: ArtifactOptions): Promise<VaultArtifact> {
  const content = await readFile(file);
  const got = digest(content);
  if (got !== sha256.toLowerCase())
    throw new Error(
      `${file} must have the SHA-256 ${sha256}, got ${got}; download it again, and its checksum`,
    );
  const { name, program } = unpacked(file, content);
  refuseOtherMachines(file, program);
  const artifact = { name, sha256: digest(program) };
  const object = { Bucket: bucket, Key: artifactKey(artifact) };
  const present = await s3.send(new HeadObjectCommand(object)).catch(nothingIf(NotFound));
  if (!present) await s3.send(new PutObjectCommand({ ...object, Body: program }));
  return artifact;
}

/** The checksum that a list of a release has for a file. */
export function checksumOf(file: string, list: string): string {
  const name = basename(file);
  const found = list
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/))
    .find((words) => words[1] === name)?.[0];
  if (found && /^[0-9a-f]{64}$/i.test(found)) return found;
  throw new Error(
    `the list of checksums must have a line for ${name}, and has none; name the list of that release`,
  );
}

/** A release has its version in the names of its files. A plugin's is its own, and no setting. */
export function refuseOtherVersion(file: string, version: string): void {
  const found = /^(?:vault|bao|openbao)_(\d+\.\d+\.\d+)/.exec(basename(file))?.[1];
  if (found === undefined || found === version) return;
  throw new Error(
    `${file} must be of version ${version}, as in the environment file, got ${found}; download that one, or write ` +
      `"version": "${found}" there`,
  );
}

/** Releases hold the program and texts. */
function unpacked(file: string, content: Uint8Array): { name: string; program: Uint8Array } {
  const files = filesOf(file, content);
  if (!files) return { name: basename(file), program: content };
  const programs = files.filter(([, bytes]) => isElf(bytes));
  const [[name, program] = ["", new Uint8Array()], ...more] = programs;
  if (name === "" || more.length > 0)
    throw new Error(
      `${file} must hold one program for Linux, got ${programs.length}; name the program itself`,
    );
  return { name: basename(name), program };
}

/** What an archive holds; undefined where the file is none. */
function filesOf(file: string, content: Uint8Array): readonly (readonly [string, Uint8Array])[] | undefined {
  if (file.endsWith(".zip")) return Object.entries(unzipSync(content));
  if (file.endsWith(".tar.gz")) return [...entriesOf(gunzipSync(content))];
  return undefined;
}

const BLOCK = 512;

/**
 * Entries of a tar file: a block with the name and, in octal, the size, and the content, filled up to whole blocks.
 * Source: POSIX, "pax", ustar interchange format.
 */
function* entriesOf(tar: Buffer): Generator<readonly [string, Uint8Array]> {
  const text = (start: number, length: number) =>
    tar.toString("utf8", start, start + length).replace(/\0.*$/s, "");
  for (let start = 0; start + BLOCK <= tar.length; ) {
    const size = Number.parseInt(text(start + 124, 12), 8) || 0;
    const content = start + BLOCK;
    yield [text(start, 100), tar.subarray(content, content + size)];
    start = content + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** ELF: "Executable and Linkable Format", its identification, and e_machine at byte 18. */
const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const AARCH64 = 0xb7;

function isElf(bytes: Uint8Array): boolean {
  return ELF.equals(bytes.subarray(0, 4));
}

function refuseOtherMachines(file: string, program: Uint8Array): void {
  if (isElf(program) && program[18] === AARCH64) return;
  throw new Error(`${file} must be a program for Linux on arm64, which nodes are; download that one`);
}

function digest(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
