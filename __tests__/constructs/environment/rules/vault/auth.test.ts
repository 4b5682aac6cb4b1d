import { changed, load } from "../../../../support/environment-files";
import { refuses } from "../../support/refuses";
import { oneOf, wholeNumber } from "../../support/usual-rules";
import { vaultDev, vaultPathRule } from "../../support/vault-settings";

describe("auth: refuses", () => {
  const inVpc = { kind: "vpc", securityGroupId: "sg-0a1b2c3d4e5f67890" };
  refuses(vaultDev, [
    {
      change: { "vault.auth": { mount: "/aws" } },
      path: "vault.auth.mount",
      rule: vaultPathRule,
      got: '"/aws"',
      fix: 'write for example "aws"',
    },
    {
      change: { "vault.auth": { mount: "auth/aws" } },
      path: "vault.auth.mount",
      rule: '"auth/" is in front of it in Vault anyway',
      got: '"auth/aws"',
      fix: 'leave "auth/" out',
    },
    ...["token", "token/aws"].map((mount) => ({
      change: { "vault.auth": { mount } },
      path: "vault.auth.mount",
      rule: "token is Vault's own auth method",
      got: JSON.stringify(mount),
      fix: 'write for example "aws"',
    })),
    {
      change: { "vault.auth": { serverId: "vault example" } },
      path: "vault.auth.serverId",
      rule: "must hold at most 128 letters, digits and . _ : / -",
      got: '"vault example"',
      fix: 'write for example "vault.example.internal"',
    },
    {
      change: { "vault.auth": { stsRegion: "Seoul" } },
      path: "vault.auth.stsRegion",
      rule: "must be an AWS region (not one of the isolated partitions)",
      got: '"Seoul"',
      fix: 'write for example "ap-northeast-2"',
    },
    {
      change: { "vault.auth": { stsRegion: "us-east-1" }, "vault.server.location": inVpc },
      path: "vault.auth.stsRegion",
      rule: "must be ap-northeast-2 too, because the STS endpoint that is made in the VPC is of that region",
      got: '"us-east-1"',
      fix: "remove it, or set vault.server.location.stsEndpoint to false and give Vault another way to STS",
    },
    {
      change: { "vault.auth": { awsCredentials: { kind: "root" } } },
      path: "vault.auth.awsCredentials.kind",
      got: '"root"',
      ...oneOf("none", "instance-role", "iam-user"),
    },
    {
      change: {
        "vault.auth": {
          awsCredentials: { kind: "instance-role", roleName: "arn:aws:iam::111122223333:role/v" },
        },
      },
      path: "vault.auth.awsCredentials.roleName",
      rule: "must be the name of an IAM role (not its ARN)",
      got: '"arn:aws:iam::111122223333:role/v"',
      fix: 'write for example "vault-server"',
    },
    {
      change: { "vault.auth": { tokenType: "periodic" } },
      path: "vault.auth.tokenType",
      got: '"periodic"',
      ...oneOf("batch", "service"),
    },
    {
      change: { "vault.auth": { tokenTtlSeconds: 59 } },
      path: "vault.auth.tokenTtlSeconds",
      got: "59",
      ...wholeNumber(60, 86400),
    },
    {
      change: { "vault.auth": { boundCidrs: ["10.20.0.1/20"] } },
      path: "vault.auth.boundCidrs[0]",
      rule: "must be written by the first address of the block",
      got: '"10.20.0.1/20"',
      fix: 'write for example "10.90.0.0/24"',
    },
    {
      change: { "vault.auth": { boundCidrs: ["10.0.0.0/7"] } },
      path: "vault.auth.boundCidrs[0]",
      rule: "must be an IPv4 CIDR block from /8 to /32",
      got: '"10.0.0.0/7"',
      fix: 'write for example "10.90.0.0/24"',
    },
  ]);
});

test("another STS region is accepted where no endpoint of this one is made", () => {
  const location = { kind: "vpc", securityGroupId: "sg-0a1b2c3d4e5f67890", stsEndpoint: false };
  const settings = { "vault.auth": { stsRegion: "us-east-1" }, "vault.server.location": location };
  expect(load(changed(vaultDev, settings)).vault?.auth.stsRegion).toBe("us-east-1");
});

test.each(["tokens", "aws/token"])("the mount %s is accepted", (mount) => {
  expect(load(changed(vaultDev, { "vault.auth": { mount } })).vault?.auth.mount).toBe(mount);
});

test("unique ids need no function: functions may be added in code alone", () => {
  const awsCredentials = { kind: "iam-user" };
  const settings = changed(vaultDev, { "vault.auth": { awsCredentials }, functions: [] });
  expect(load(settings).vault?.auth.awsCredentials).toEqual(awsCredentials);
});

test("tokens may be bound to public addresses, as Vault may see functions come from some", () => {
  const boundCidrs = ["200.1.128.0/17", "20.0.0.0/8", "200.1.1.7/32"];
  expect(load(changed(vaultDev, { "vault.auth": { boundCidrs } })).vault?.auth.boundCidrs).toEqual(
    boundCidrs,
  );
});
