import { changed, load } from "../../../../support/environment-files";
import { type Refusal, refuses } from "../../support/refuses";
import { oneOf } from "../../support/usual-rules";
import { vaultDev } from "../../support/vault-settings";

describe("location: refuses", () => {
  const block = (cidr: string, rule: string): Refusal => ({
    change: { "vault.server.location": { kind: "elsewhere", cidrs: [cidr] } },
    path: "vault.server.location.cidrs[0]",
    rule,
    got: JSON.stringify(cidr),
    fix: 'write for example "10.90.0.0/24"',
  });
  const wrong = "must be an IPv4 CIDR block from /8 to /32";
  refuses(vaultDev, [
    ...[
      "0.0.0.0/0",
      "0.0.0.0/1",
      "128.0.0.0/7",
      "10.0.0.0/33",
      "10.0.0/24",
      "10.0.0.256/32",
      "010.0.0.0/8",
      "10.0.0.1",
      "fd00::/8",
    ].map((cidr) => block(cidr, wrong)),
    block("10.90.0.1/24", "must be written by the first address of the block"),
    block("172.16.1.0/16", "must be written by the first address of the block"),
    ...[
      "9.0.0.0/8",
      "11.0.0.0/8",
      "100.128.0.0/10",
      "172.0.0.0/8",
      "172.32.0.0/16",
      "192.169.0.0/16",
      "192.0.0.0/8",
      "192.168.0.0/15",
      "200.1.128.0/17",
    ].map((cidr) => block(cidr, "must be private addresses")),
    {
      change: { "vault.server.location": { kind: "elsewhere", cidrs: [] } },
      path: "vault.server.location.cidrs",
      rule: "Vault has at least one address",
      got: "[]",
      fix: "name Vault's CIDR blocks",
    },
    {
      change: { "vault.server.location": { kind: "elsewhere", cidrs: ["10.90.0.0/24", "10.90.0.0/24"] } },
      path: "vault.server.location.cidrs",
      rule: "CIDR blocks must differ",
      got: '["10.90.0.0/24","10.90.0.0/24"]',
      fix: "remove the repeated block",
    },
    {
      change: { "vault.server.location": { kind: "here" } },
      path: "vault.server.location.kind",
      got: '"here"',
      ...oneOf("vpc", "elsewhere"),
    },
    {
      change: { "vault.server.location": { kind: "vpc", securityGroupId: "vault" } },
      path: "vault.server.location.securityGroupId",
      rule: "must be a security group id",
      got: '"vault"',
      fix: 'write it as EC2 shows it, for example "sg-0a1b2c3d4e5f67890"',
    },
  ]);
});

test.each([
  "10.0.0.0/8",
  "10.90.0.7/32",
  "100.64.0.0/10",
  "172.16.0.0/12",
  "172.31.255.255/32",
  "192.168.0.0/16",
])("the block %s is accepted", (cidr) => {
  const location = { kind: "elsewhere", cidrs: [cidr] };
  expect(load(changed(vaultDev, { "vault.server.location": location })).vault?.server).toMatchObject({
    location,
  });
});
