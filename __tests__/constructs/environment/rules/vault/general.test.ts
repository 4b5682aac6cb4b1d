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
      change: { "vault.server.namespace": "team a" },
      rule: vaultPathRule,
      got: '"team a"',
      fix: 'write for example "team-a"',
    },
    {
      change: { "vault.audit": { filePath: "/var/log/vault.log" }, "vault.server.namespace": "team-a" },
      path: "vault.audit",
      got: "an object",
      ...rootOnly,
    },
    {
      change: { "vault.loginsPerSecond": 5, "vault.server.namespace": "team-a" },
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

test("a test secret needs no reader here: functions may be added in code", () => {
  const settings = changed(vaultDev, { "vault.testSecret": "lambda" });
  expect(load(settings).vault?.testSecret).toBe("lambda");
});

test("with Vault alone, a secret needs no entry in secrets", () => {
  const settings = changed(vaultDev, { secrets: [], "functions[0].secrets[0]": "api.key" });
  expect(load(settings).functions).toMatchObject([{ name: "orders", secrets: ["api.key"] }]);
});

test("an address alone is enough: the rest is the safe choice", () => {
  const server = { kind: "adopted", address: "https://vault.example.internal:8200" };
  expect(load(changed(vaultDev, { vault: { server } })).vault).toEqual({
    server,
    auth: { awsCredentials: { kind: "none" }, tokenType: "batch", tokenTtlSeconds: 900 },
    kv: { prefix: "", maxVersions: 10, deletionProtection: true },
    extension: { delivery: "proxy" },
    skipChildToken: false,
    providerVersion: "5.9.0",
  });
});
