import { changed, load } from "../../../../support/environment-files";
import { refuses } from "../../support/refuses";
import { trueOrFalse, wholeNumber } from "../../support/usual-rules";
import { vaultDev, vaultPathRule } from "../../support/vault-settings";

describe("kv: refuses", () => {
  refuses(vaultDev, [
    ...["/kv", "kv/", "kv//data", "kv data", "kv/../sys", "kv/*", "kv/+"].map((mount) => ({
      change: { "vault.kv": { mount } },
      path: "vault.kv.mount",
      rule: vaultPathRule,
      got: JSON.stringify(mount),
      fix: 'write for example "kv"',
    })),
    ...["sys", "auth/aws", "identity", "cubbyhole"].map((mount) => ({
      change: { "vault.kv": { mount } },
      path: "vault.kv.mount",
      rule: "sys, auth, identity and cubbyhole are Vault's own paths",
      got: JSON.stringify(mount),
      fix: 'write for example "kv"',
    })),
    {
      change: { "vault.kv": { prefix: "orders/" } },
      path: "vault.kv.prefix",
      rule: vaultPathRule.replace("must be", "must be empty, or"),
      got: '"orders/"',
      fix: 'write for example "orders-dev"',
    },
    {
      change: { "vault.kv": { maxVersions: 1 } },
      path: "vault.kv.maxVersions",
      got: "1",
      ...wholeNumber(2, 100),
    },
    {
      change: { "vault.kv": { deletionProtection: "yes" } },
      path: "vault.kv.deletionProtection",
      got: '"yes"',
      ...trueOrFalse,
    },
  ]);
});

test.each(["kv/data/test", "secret", "team-a/kv_2", "system"])("the mount %s is accepted", (mount) => {
  expect(load(changed(vaultDev, { "vault.kv": { mount } })).vault?.kv.mount).toBe(mount);
});
