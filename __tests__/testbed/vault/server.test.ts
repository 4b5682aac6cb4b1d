import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificateAuthority } from "../../../scripts/support/certificates";
import { askVault, callVault } from "../../../scripts/vault/vault-api";
import { startVault } from "../../../testbed/vault/server";
import { serverBinary } from "../../support/vault/server-binary";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "vault-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

test("a server that does not start is told by its binary and its last words", async () => {
  const binary = join(directory, "broken");
  writeFileSync(binary, "#!/bin/sh\necho 'no licence'\nexit 4\n", { mode: 0o755 });

  await expect(startVault({ directory: join(directory, "vault"), binary })).rejects.toThrow(
    new RegExp(`${binary}\\) did not start: exit code 4; no licence`),
  );
});

describe("Vault as a local server", () => {
  let binary: string;

  beforeAll(async () => {
    binary = await serverBinary();
  });

  test("takes root's token, and keeps it out of every file", async () => {
    const vault = await startVault({ directory, binary });
    try {
      const { data } = await callVault({ ...vault, token: vault.rootToken }, "GET", "auth/token/lookup-self");
      expect(data).toMatchObject({ policies: ["root"] });
    } finally {
      await vault.stop();
    }
    const files = readdirSync(directory, { recursive: true, withFileTypes: true });
    const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(paths).toContain(vault.log);
    expect(paths.filter((path) => readFileSync(path, "utf8").includes(vault.rootToken))).toEqual([]);
  });

  test("has a certificate of the authority that it is given", async () => {
    const tls = await createCertificateAuthority("Vault test");
    const vault = await startVault({ directory, binary, tls });
    try {
      expect(vault.address).toMatch(/^https:/);
      expect((await askVault(vault, "GET", "sys/health")).status).toBe(200);
      await expect(askVault({ address: vault.address }, "GET", "sys/health")).rejects.toThrow("certificate");
    } finally {
      await vault.stop();
    }
  });

  test("says what it refuses", async () => {
    const vault = await startVault({ directory, binary });
    try {
      await expect(callVault(vault, "GET", "sys/mounts")).rejects.toMatchObject({
        name: "VaultRefused",
        status: 403,
        message: expect.stringContaining("GET sys/mounts"),
      });
    } finally {
      await vault.stop();
    }
  });

  test("is gone when it is stopped", async () => {
    const vault = await startVault({ directory, binary });

    await vault.stop();

    // A connection that was kept may end just now.
    await expect(askVault(vault, "GET", "sys/health")).rejects.toThrow(/ECONNREFUSED|socket hang up/);
  });
});
