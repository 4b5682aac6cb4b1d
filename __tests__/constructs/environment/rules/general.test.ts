import { changed, load, problems } from "../../../support/environment-files";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";
import { vault } from "../support/vault-settings";

const dev = shippedSettings("dev");
const emulated = {
  emulator: { endpoint: "http://127.0.0.1:5000" },
  vault: changed(vault, { "server.address": "http://127.0.0.1:8200" }),
};

describe("general settings: refuses", () => {
  refuses(dev, [
    {
      change: { account: "1234" },
      rule: "must be an AWS account id of 12 digits",
      got: '"1234"',
      fix: 'write it as a string, for example "111122223333"',
    },
    {
      change: { account: 111122223333 },
      rule: "must be an AWS account id of 12 digits",
      got: "111122223333",
      fix: 'write it as a string, for example "111122223333"',
    },
    {
      change: { providerVersion: 6.2, ...emulated },
      rule: "must be an exact version",
      got: "6.2",
      fix: 'write for example "5.100.0"',
    },
    {
      change: { account: undefined },
      rule: "is required and must be an AWS account id of 12 digits",
      got: "nothing",
      fix: 'add it: write it as a string, for example "111122223333"',
    },
    {
      change: { network: undefined },
      rule: "is required and must be an object",
      got: "nothing",
      fix: "add it: write an object",
    },
    {
      change: { backends: undefined },
      rule: "is required and must be a list",
      got: "nothing",
      fix: "add it: write a list",
    },
    {
      change: { namePrefix: "Orders" },
      rule: "must start with a letter and hold at most 20 lower-case letters, digits and single hyphens",
      got: '"Orders"',
      fix: 'write for example "orders-dev"',
    },
    {
      change: { namePrefix: "a-prefix-of-21-letters" },
      rule: "must start with a letter and hold at most 20 lower-case letters, digits and single hyphens",
      got: '"a-prefix-of-21-letters"',
      fix: 'write for example "orders-dev"',
    },
    ...["default", "sg", "sg-orders"].map((namePrefix) => ({
      change: { namePrefix },
      rule: 'RDS keeps "default" for itself, EC2 names that begin with "sg-"',
      got: JSON.stringify(namePrefix),
      fix: 'write for example "orders-dev"',
    })),
    {
      change: { deployers: ["deployer"] },
      path: "deployers[0]",
      rule: "must be the ARN of one IAM role or user",
      got: '"deployer"',
      fix: 'write for example "arn:aws:iam::111122223333:role/deployer"',
    },
    {
      change: { logRetentionDays: 2 },
      rule:
        "CloudWatch Logs keeps logs for one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, " +
        "1827, 2192, 2557, 2922, 3288, 3653 days",
      got: "2",
      fix: "write one of them",
    },
    {
      change: { secretRecoveryDays: 3 },
      rule: "Secrets Manager keeps deleted secrets for 0 or 7 to 30 days",
      got: "3",
      fix: "write 0, 7 or 30",
    },
    {
      change: { providerVersion: "6.0.0" },
      rule: "only an environment with an emulator may choose another provider version than the pinned one",
      got: '"6.0.0"',
      fix: "remove it, or change the version of @cdktf/provider-aws in package.json",
    },
    {
      change: { providerVersion: "~> 5", ...emulated },
      rule: "must be an exact version",
      got: '"~> 5"',
      fix: 'write for example "5.100.0"',
    },
    ...[
      "here",
      "http://10.0.0.7:5000",
      "http://emulator.example:5000",
      "http://127.0.0.1.example:5000",
      "http://localhost@emulator.example:5000",
      "https://127.0.0.1:5000",
      "http://127.0.0.1",
    ].map((endpoint) => ({
      change: { emulator: { endpoint } },
      path: "emulator.endpoint",
      rule: "must be http://127.0.0.1:port: whatever answers there is believed in AWS's place",
      got: JSON.stringify(endpoint),
      fix: 'write for example "http://127.0.0.1:5000"',
    })),
  ]);

  test("region: a name that is none", () => {
    expect(problems(changed(dev, { region: "Seoul" }))).toContainEqual({
      path: "region",
      rule: "must be an AWS region (not one of the isolated partitions)",
      got: '"Seoul"',
      fix: 'write for example "ap-northeast-2"',
    });
  });
});

test.each([
  ["tags", { Team: `$${'{file("/etc/hostname")}'}` }, "tags.Team"],
  ["tags", { "%{ if true }": "x" }, "tags"],
  ["namePrefix", `$${"{x}"}`, "namePrefix"],
])("a Terraform expression in %s is refused", (key, value, path) => {
  expect(problems(changed(dev, { [key]: value }))).toContainEqual(
    expect.objectContaining({ path, rule: "must not hold a Terraform expression" }),
  );
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["a prefix of 20 characters", { namePrefix: "a234567890123456789z" }],
  ["a prefix that begins like a reserved one", { namePrefix: "default-sg" }],
  ["a prefix that begins with sg", { namePrefix: "sgx" }],
  ["no recovery of secrets", { secretRecoveryDays: 0 }],
  ["a week's recovery of secrets", { secretRecoveryDays: 7 }],
  ["an emulator on this machine, with a Vault beside it", emulated],
  ["an emulator by this machine's name", { ...emulated, emulator: { endpoint: "http://localhost:5000" } }],
])("%s is accepted", (_, change) => {
  expect(() => load(changed(dev, change))).not.toThrow();
});
