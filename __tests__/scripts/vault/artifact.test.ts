import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { zipSync } from "fflate";
import { checksumOf, refuseOtherVersion, uploadArtifact } from "../../../scripts/vault/artifact";
import { clientSettings } from "../../support/client-settings";

/** Nothing listens there: what is refused before the first call never finds out. */
const s3 = new S3Client(clientSettings({ endpoint: "http://127.0.0.1:1" }));

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "artifact-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** The first bytes of a program for Linux; 0xb7 is arm64, 0x3e x86_64. */
function program(machine: number): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46]);
  bytes[18] = machine;
  return bytes;
}

function file(name: string, content: Uint8Array) {
  const path = join(directory, name);
  writeFileSync(path, content);
  return { s3, bucket: "app", file: path, sha256: createHash("sha256").update(content).digest("hex") };
}

test("a file with another checksum is refused by both", async () => {
  const artifact = { ...file("vault", program(0xb7)), sha256: "0".repeat(64) };

  await expect(uploadArtifact(artifact)).rejects.toThrow(
    /must have the SHA-256 0{64}, got [0-9a-f]{64}; download/,
  );
});

test("a program for another machine is refused", async () => {
  await expect(uploadArtifact(file("vault", program(0x3e)))).rejects.toThrow("program for Linux on arm64");
});

/** As OpenBao publishes its programs. */
function tarOf(files: Readonly<Record<string, Uint8Array>>) {
  const folder = mkdtempSync(join(directory, "tar-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return file("bao.tar.gz", execFileSync("tar", ["-czf", "-", "-C", folder, ...Object.keys(files)]));
}

const LICENSE = { LICENSE: new Uint8Array(1000).fill(65) };

test.each([
  ["zip", () => file("vault.zip", zipSync(LICENSE))],
  ["tar.gz", () => tarOf(LICENSE)],
])("a %s file without one program is refused", async (_, archive) => {
  await expect(uploadArtifact(archive())).rejects.toThrow("must hold one program for Linux, got 0");
});

test("a release's list of checksums has the file's line", () => {
  const list = `${"a".repeat(64)}  vault_1_linux_amd64.zip\n${"b".repeat(64)} *vault_1_linux_arm64.zip\n`;

  expect(checksumOf("downloads/vault_1_linux_arm64.zip", list)).toBe("b".repeat(64));
  expect(() => checksumOf("vault_2_linux_arm64.zip", list)).toThrow(
    "must have a line for vault_2_linux_arm64.zip",
  );
});

test.each(["vault_1.21.2_linux_arm64.zip", "downloads/bao_1.21.2_Linux_arm64.tar.gz"])(
  "%s is refused where the environment file says another version",
  (name) => {
    expect(() => refuseOtherVersion(name, "1.21.1")).toThrow("must be of version 1.21.1");
    expect(() => refuseOtherVersion(name, "1.21.2")).not.toThrow();
  },
);

test.each(["vault", "openbao-plugin-auth-aws_linux_arm64_v8.tar.gz"])(
  "%s says no version of the server",
  (name) => {
    expect(() => refuseOtherVersion(name, "1.21.1")).not.toThrow();
  },
);
