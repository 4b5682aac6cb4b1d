import { changed, load, problems } from "../../../support/environment-files";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";

const dev = shippedSettings("dev");
const adopt = shippedSettings("adopt");

const zones = 'write for example "ap-northeast-2a"';

describe("network: refuses", () => {
  refuses(dev, [
    {
      change: { "network.cidr": "10.0.0.0/8" },
      rule: "must be an IPv4 CIDR block from /16 to /24",
      got: '"10.0.0.0/8"',
      fix: 'write for example "10.20.0.0/16"',
    },
    {
      change: { "network.cidr": "10.300.0.0/16" },
      rule: "must be an IPv4 CIDR block from /16 to /24",
      got: '"10.300.0.0/16"',
      fix: 'write for example "10.20.0.0/16"',
    },
    {
      change: { "network.cidr": "10.20.1.0/16" },
      rule: "must be written by the first address of the block",
      got: '"10.20.1.0/16"',
      fix: 'write for example "10.20.0.0/16"',
    },
    ...["11.0.0.0/16", "172.32.0.0/16", "100.128.0.0/16", "192.169.0.0/16"].map((cidr) => ({
      change: { "network.cidr": cidr },
      rule: "must be private addresses",
      got: JSON.stringify(cidr),
      fix: 'write for example "10.20.0.0/16"',
    })),
    {
      change: { "network.zones": ["ap-northeast-2a"] },
      rule: "Aurora needs subnets in at least two availability zones",
      got: '["ap-northeast-2a"]',
      fix: "name two or three zones of the region",
    },
    {
      change: { "network.zones": ["ap-northeast-2a", "ap-northeast-2a"] },
      rule: "zones must differ",
      got: '["ap-northeast-2a","ap-northeast-2a"]',
      fix: "remove the repeated zone",
    },
    ...["vault", "Vault.example", "10.9.8.7", "example.internal.", "*", "a.*.example"].map((name) => ({
      change: { "network.allowedNames": [name] },
      path: "network.allowedNames[0]",
      rule: "must be a DNS name in lower case, with or without *. in front",
      got: JSON.stringify(name),
      fix: 'write for example "vault.example.internal" or "*.example.internal"',
    })),
    {
      change: { "network.zones[1]": "us-east-1a" },
      rule: "must be a zone of region ap-northeast-2",
      got: '"us-east-1a"',
      fix: zones,
    },
  ]);

  test("a zone that is none", () => {
    expect(problems(changed(dev, { "network.zones[1]": "2c" }))).toContainEqual({
      path: "network.zones[1]",
      rule: "must be the name of an availability zone",
      got: '"2c"',
      fix: zones,
    });
  });
});

test.each(["10.255.0.0/16", "172.17.0.0/16", "172.31.0.0/24", "192.168.0.0/16", "100.127.0.0/16"])(
  "a VPC may have the addresses %s",
  (cidr) => expect(() => load(changed(dev, { "network.cidr": cidr }))).not.toThrow(),
);

describe("an adopted network: refuses", () => {
  refuses(adopt, [
    {
      change: { "network.vpcId": "my-vpc" },
      rule: "must be a VPC id",
      got: '"my-vpc"',
      fix: 'write for example "vpc-0a1b2c3d4e5f67890"',
    },
    {
      change: { "network.subnetIds[0]": "subnet" },
      rule: "must be a subnet id",
      got: '"subnet"',
      fix: 'write for example "subnet-0a1b2c3d4e5f67890"',
    },
    {
      change: { "network.subnetIds": [] },
      rule: "the functions need at least one subnet",
      got: "[]",
      fix: "name the private subnets for the functions",
    },
    {
      change: { "network.subnetIds": Array.from({ length: 17 }, (_, index) => `subnet-0a1b2c${index + 10}`) },
      rule: "a Lambda function takes at most 16 subnets",
      got: expect.stringMatching(/^\["subnet-0a1b2c10",.*\.\.\.$/),
      fix: "name at most 16 subnets",
    },
    {
      change: { "network.secretsManagerEndpoint.securityGroupId": "default" },
      rule: "must be a security group id",
      got: '"default"',
      fix: 'write it as EC2 shows it, for example "sg-0a1b2c3d4e5f67890"',
    },
    {
      change: { network: dev.network },
      path: "network.kind",
      rule: "an adopted database stays in its own VPC, so that VPC must be adopted too",
      got: '"created"',
      fix: 'write "adopted" and the vpcId and subnetIds of the database',
    },
  ]);
});

const oneSubnet = changed(dev, {
  network: { kind: "adopted", vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d"] },
});

test("a created database needs more than one adopted subnet", () => {
  expect(problems(oneSubnet)).toEqual([
    {
      path: "network.subnetIds",
      rule: "a created database needs subnets in at least two availability zones",
      got: '["subnet-0a1b2c3d"]',
      fix: "name a subnet of another zone too",
    },
  ]);
});

test("adopted subnets differ", () => {
  const subnetIds = ["subnet-0a1b2c3d", "subnet-0a1b2c3d"];
  expect(problems(changed(adopt, { "network.subnetIds": subnetIds }))).toMatchObject([
    { path: "network.subnetIds", fix: "remove the repeated subnet" },
  ]);
});
