import { join } from "node:path";
import { changed, environmentFolder, load } from "../../../../support/environment-files";
import { certificateAuthorityPem } from "../../../../support/fixtures";
import { refuses } from "../../support/refuses";
import { shippedSettings } from "../../support/shipped-settings";
import { oneOf, wholeNumber } from "../../support/usual-rules";

const shipped = shippedSettings("vault-server");
const sha256 = "0".repeat(64);
const authorityFile = join(
  environmentFolder({ "ca.pem": certificateAuthorityPem }),
  "environments",
  "ca.pem",
);
const certificateSecretArn = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:tls-AbCdEf";
const operators = ["arn:aws:iam::111122223333:role/operators"];
const image = { kind: "ami", imageId: "ami-0a1b2c3d4e5f67890" };
const server = (settings: object) => ({ "vault.server": { ...shipped.vault.server, ...settings } });
const adopted = changed(shippedSettings("adopt"), {
  backends: ["vault"],
  secrets: [],
  "network.secretsManagerEndpoint": undefined,
  vault: shipped.vault,
});

test("a few lines are enough", () => {
  const { vault } = load(
    changed(shipped, { "vault.server": { kind: "created", binary: { kind: "artifact", sha256 } } }),
  );
  expect(vault?.server).toEqual({
    kind: "created",
    software: "vault",
    operators: [],
    binary: { kind: "artifact", sha256, plugins: [] },
    nodes: 3,
    instanceType: "t4g.medium",
    volumeGib: 20,
    snapshots: { schedule: "*-*-* *:15:00", retentionDays: 30 },
    deletionProtection: true,
  });
});

test.each([
  ["Vault", { binary: image }],
  [
    "OpenBao, with the checksum of its plugin",
    {
      software: "openbao",
      operators,
      binary: { ...image, plugins: [{ name: "openbao-plugin-auth-aws", sha256 }] },
    },
  ],
])("an image may have %s", (_, settings) => {
  expect(load(changed(shipped, server(settings))).vault?.server).toMatchObject(settings);
});

describe("a created server: refuses", () => {
  refuses(shipped, [
    {
      change: { "vault.server.nodes": 2 },
      rule: "must be 1, 3 or 5",
      got: "2",
      fix: "write 3, which survives the loss of one node",
    },
    { change: { "vault.server.software": "consul" }, got: '"consul"', ...oneOf("vault", "openbao") },
    ...["t3.medium", "g4dn.xlarge", "m7i.large"].map((instanceType) => ({
      change: { "vault.server.instanceType": instanceType },
      rule: "must be an instance type of arm64 (Graviton)",
      got: JSON.stringify(instanceType),
      fix: 'write for example "t4g.medium"',
    })),
    { change: { "vault.server.volumeGib": 5 }, got: "5", ...wholeNumber(10, 1000) },
    {
      change: { "vault.server.binary.sha256": "abc" },
      rule: "must be a SHA-256: 64 hexadecimal digits in lower case",
      got: '"abc"',
      fix: "copy the one that `npm run vault:artifact` prints, or `sha256sum` of the program",
    },
    {
      change: { "vault.server.binary": { kind: "ami", imageId: "al2023" } },
      path: "vault.server.binary.imageId",
      rule: "must be the id of a machine image",
      got: '"al2023"',
      fix: 'write for example "ami-0a1b2c3d4e5f67890"',
    },
    {
      change: { "vault.server.hostname": "vault" },
      rule: "must be a host name in lower case with at least two parts",
      got: '"vault"',
      fix: 'write for example "vault.example.internal"',
    },
    {
      change: { "vault.server.version": "1.14.10" },
      rule: "must be 1.15.0 or newer: the provider hashicorp/vault 5 supports no older one",
      got: '"1.14.10"',
      fix: 'write "1.21.1", or remove it',
    },
    {
      change: server({
        software: "openbao",
        operators,
        version: "2.7.2",
        binary: { kind: "artifact", sha256, plugins: [{ name: "openbao-plugin-auth-aws", sha256 }] },
      }),
      path: "vault.server.version",
      rule: "must be older than 2.7.0: it has no seal of AWS KMS of its own, only as a plugin",
      got: '"2.7.2"',
      fix: 'write "2.5.5", or remove it',
    },
    {
      change: server({ software: "openbao", operators }),
      path: "vault.server.binary.plugins",
      rule: "must have openbao-plugin-auth-aws, without which OpenBao knows no logins by AWS",
      got: "[]",
      fix: 'add { "name": "openbao-plugin-auth-aws", "sha256": "…" }',
    },
    {
      change: server({ software: "openbao", operators, binary: image }),
      path: "vault.server.binary.plugins",
      rule: "must have openbao-plugin-auth-aws, without which OpenBao knows no logins by AWS",
      got: "[]",
      fix: 'add { "name": "openbao-plugin-auth-aws", "sha256": "…" }',
    },
    {
      change: server({
        software: "openbao",
        binary: { kind: "artifact", sha256, plugins: [{ name: "openbao-plugin-auth-aws", sha256 }] },
      }),
      path: "vault.server.operators",
      rule: "must name who operates OpenBao, which learns it when it initialises itself",
      got: "[]",
      fix: "name the role that deploys, and yours",
    },
    {
      change: {
        "vault.server.certificateSecretArn": certificateSecretArn.replace("ap-northeast-2", "eu-west-1"),
        "vault.server.certificateAuthorityFile": authorityFile,
      },
      rule: "must be of account 111122223333 and region ap-northeast-2",
      got: JSON.stringify(certificateSecretArn.replace("ap-northeast-2", "eu-west-1")),
      fix: "name one there, or correct `account` and `region`",
    },
    {
      change: {
        "vault.server.certificateSecretArn": certificateSecretArn.replace("tls", `${shipped.namePrefix}/tls`),
        "vault.server.certificateAuthorityFile": authorityFile,
      },
      rule: `must not be below ${shipped.namePrefix}/, where planners may read all secrets`,
      got: JSON.stringify(certificateSecretArn.replace("tls", `${shipped.namePrefix}/tls`)),
      fix: `copy the secret to a name that does not begin with ${shipped.namePrefix}/`,
    },
    {
      change: { "vault.server.certificateSecretArn": certificateSecretArn },
      rule: "needs certificateAuthorityFile: nodes log in by certificate, and a public authority would let in others",
      got: JSON.stringify(certificateSecretArn),
      fix: "name the PEM file of your authority",
    },
    {
      change: { "vault.auth": { awsCredentials: { kind: "iam-user" } } },
      path: "vault.auth.awsCredentials.kind",
      rule: "a created server cannot look up roles: IAM has no interface endpoint outside us-east-1",
      got: '"iam-user"',
      fix: 'write "none": Vault then knows a function by the ARN of its role',
    },
    {
      change: { "vault.auth": { stsRegion: "eu-west-1" } },
      path: "vault.auth.stsRegion",
      rule: "must be ap-northeast-2 too, where a created server has its STS endpoint",
      got: '"eu-west-1"',
      fix: "remove it",
    },
    {
      change: { "vault.audit": { filePath: "/var/log/audit.log" } },
      rule: "a created server has an audit device of its own",
      got: "an object",
      fix: "remove it",
    },
  ]);
  refuses(adopted, [
    {
      change: { "vault.server.endpoints": undefined },
      rule: "in an adopted VPC, created endpoints would bind everybody in it to the policies for Vault's nodes",
      got: "nothing",
      fix: 'write { "kind": "adopted", "securityGroupIds": ["sg-…"] }, or { "kind": "created" } if nobody else is there',
    },
    {
      change: { "vault.server.endpoints": { kind: "adopted", securityGroupIds: [] } },
      path: "vault.server.endpoints.securityGroupIds",
      rule: "endpoints have at least one security group",
      got: "[]",
      fix: "name the endpoints' security groups",
    },
  ]);
});
