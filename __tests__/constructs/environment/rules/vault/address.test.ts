import { changed, load } from "../../../../support/environment-files";
import { refuses } from "../../support/refuses";
import { vaultDev } from "../../support/vault-settings";

describe("address: refuses", () => {
  const addresses = [
    "vault.example",
    "https://vault.example/",
    "https://vault.example:8200/v1",
    "https://user@vault.example",
    "https://Vault.example",
    "https://my_vault.example",
    "https://vault..example",
    "https://-vault.example",
    "https://[fd00::1]:8200",
    "https://10.0.0.256:8200",
    "https://vault.example:0",
    "https://vault.example:65536",
    "https://vault.example:123456",
  ];
  refuses(
    vaultDev,
    addresses.map((address) => ({
      change: { "vault.server.address": address },
      rule:
        "must be https://host or https://host:port, the host a name or IPv4 address in lower case " +
        "(the Vault Lambda Extension would drop a path)",
      got: JSON.stringify(address),
      fix: 'write for example "https://vault.example.internal:8200"',
    })),
  );
  refuses(
    vaultDev,
    ["http://vault.example:8200", "http://10.0.0.1:8200", "http://127.0.0.1.example"].map((address) => ({
      change: { "vault.server.address": address },
      rule: "must be https",
      got: JSON.stringify(address),
      fix: 'write "https://…"',
    })),
  );
  refuses(
    changed(vaultDev, { emulator: { endpoint: "http://127.0.0.1:5000" } }),
    ["https://vault.example:8200", "https://10.0.0.1:8200"].map((address) => ({
      change: { "vault.server.address": address },
      rule: "with an emulator, which then checks logins in the place of AWS, Vault must be on this machine",
      got: JSON.stringify(address),
      fix: 'write "https://127.0.0.1:8200", or remove emulator',
    })),
  );
});

test.each([
  "https://vault",
  "https://10.0.0.1:8200",
  "https://a-b.example:65535",
  "http://127.0.0.1:8200",
  "http://localhost",
])("the address %s is accepted", (address) => {
  const server = load(changed(vaultDev, { "vault.server.address": address })).vault?.server;
  expect(server).toMatchObject({ address });
});
