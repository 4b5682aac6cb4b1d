import { changed, load } from "../../../../support/environment-files";
import { refuses } from "../../support/refuses";
import { wholeNumber } from "../../support/usual-rules";
import { vaultDev, vaultPathRule } from "../../support/vault-settings";

describe("other settings: refuse", () => {
  const rootOnly = {
    rule: "Vault has this setting in its root namespace only",
    fix: "remove it, and have it set where the root namespace is kept",
  };
  refuses(vaultDev, [
    {
      change: { "vault.namespace": "team a" },
      rule: vaultPathRule,
      got: '"team a"',
      fix: 'write for example "team-a"',
    },
    {
      change: { "vault.audit": { filePath: "/var/log/vault.log" }, "vault.namespace": "team-a" },
      path: "vault.audit",
      got: "an object",
      ...rootOnly,
    },
    {
      change: { "vault.loginsPerSecond": 5, "vault.namespace": "team-a" },
      path: "vault.loginsPerSecond",
      got: "5",
      ...rootOnly,
    },
    {
      change: { "vault.audit": { filePath: "audit.log" } },
      path: "vault.audit.filePath",
      rule: "must be an absolute path on Vault's server",
      got: '"audit.log"',
      fix: 'write for example "/var/log/vault/audit.log"',
    },
    {
      change: { "vault.loginsPerSecond": 0 },
      got: "0",
      ...wholeNumber(1, 100000),
    },
    {
      change: { "vault.testSecret": "lambda/test" },
      rule: "must start with a letter or digit and hold at most 64 letters, digits, . _ and -",
      got: '"lambda/test"',
      fix: 'write for example "lambda"',
    },
    {
      change: { "vault.testSecret": "lambda" },
      rule: "must be a secret that a consumer reads: orders",
      got: '"lambda"',
      fix: "write one of them, or add a consumer",
    },
    ...["orders/db", "or ders", "-orders", "a+b"].map((secret) => ({
      change: { "consumers[0].secret": secret },
      rule: "in Vault must start with a letter or digit and hold letters, digits and . _ = @ - only",
      got: JSON.stringify(secret),
      fix: "choose another name",
    })),
    {
      change: { "vault.providerVersion": "~> 5.9" },
      rule: "must be an exact version 5 of hashicorp/vault",
      got: '"~> 5.9"',
      fix: 'write for example "5.9.0"',
    },
    {
      change: { "vault.providerVersion": "5.5.0" },
      rule: "the provider must be 5.6.0 or newer, which its bindings were made for",
      got: '"5.5.0"',
      fix: 'write "5.9.0", or remove it',
    },
  ]);
});

test("a test secret needs no reader where functions are added in code alone", () => {
  const settings = changed(vaultDev, { "vault.testSecret": "lambda", consumers: [] });
  expect(load(settings).vault?.testSecret).toBe("lambda");
});

test("with Vault alone, a secret needs no entry in secrets", () => {
  expect(load(changed(vaultDev, { secrets: [], "consumers[0].secret": "api.key" })).consumers).toEqual([
    { name: "orders", secret: "api.key" },
  ]);
});

test("an address alone is enough: the rest is the safe choice", () => {
  const address = "https://vault.example.internal:8200";
  expect(load(changed(vaultDev, { vault: { address } })).vault).toEqual({
    address,
    auth: { awsCredentials: { kind: "none" }, tokenType: "batch", tokenTtlSeconds: 900 },
    kv: { prefix: "", maxVersions: 10, deletionProtection: true, readMetadata: false },
    extension: { delivery: "proxy" },
    providerVersion: "5.9.0",
  });
});
