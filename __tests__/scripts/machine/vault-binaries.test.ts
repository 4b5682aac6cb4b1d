import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findVaultBinary, findVaultExtensionBinary } from "../../../scripts/machine/vault-binaries";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "binaries-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, "", { mode });
  return path;
}

test("Vault is found on PATH, and VAULT_BINARY comes first", () => {
  const onPath = file("vault");
  const PATH = ["/nowhere", folder].join(delimiter);

  expect(findVaultBinary({ PATH })).toBe(onPath);
  expect(findVaultBinary({ PATH, VAULT_BINARY: file("other") })).toBe(join(folder, "other"));
});

test("without Vault nothing is found", () => {
  file("vault", 0o644);

  expect(findVaultBinary({ PATH: folder })).toBeUndefined();
});

test("a named binary that is none is an error, whatever is on PATH", () => {
  file("vault");

  expect(() => findVaultBinary({ PATH: folder, VAULT_BINARY: "/nowhere/vault" })).toThrow(
    "VAULT_BINARY is /nowhere/vault, which is no executable file",
  );
});

test("the extension is only what VAULT_LAMBDA_EXTENSION_BINARY names", () => {
  const VAULT_LAMBDA_EXTENSION_BINARY = file("extension");

  expect(findVaultExtensionBinary({ VAULT_LAMBDA_EXTENSION_BINARY })).toBe(VAULT_LAMBDA_EXTENSION_BINARY);
  expect(findVaultExtensionBinary({ PATH: folder })).toBeUndefined();
});
