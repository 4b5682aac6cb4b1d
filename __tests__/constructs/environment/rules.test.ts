import { changed, load, problems } from "../../support/environment-files";
import { shippedSettings } from "../../support/shipped";

const dev = shippedSettings("dev");
const adopt = shippedSettings("adopt");

interface Broken {
  /** What is changed in the settings. */
  readonly change: Readonly<Record<string, unknown>>;
  /** @default - the path that was changed */
  readonly path?: string;
  readonly rule: string;
  readonly got: string;
  readonly fix: string;
}

function refuses(settings: Record<string, unknown>, cases: readonly Broken[]) {
  test.each(
    cases.map((broken) => [`${Object.keys(broken.change).join(", ")} ${broken.got}`, broken] as const),
  )("%s", (_, { change, path = Object.keys(change)[0], rule, got, fix }) => {
    expect(problems(changed(settings, change))).toEqual([{ path, rule, got, fix }]);
  });
}

const zones = 'write for example "ap-northeast-2a"';

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
      rule: "must be a string",
      got: "111122223333",
      fix: "write a string",
    },
    {
      change: { account: undefined },
      rule: "is required and must be a string",
      got: "nothing",
      fix: "add it",
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
    { change: { backend: "redis" }, rule: "must be one of native", got: '"redis"', fix: 'write "native"' },
    {
      change: { tags: { Team: 7 } },
      path: "tags.Team",
      rule: "must be a string",
      got: "7",
      fix: "write a string",
    },
    {
      change: { deployers: ["deployer"] },
      path: "deployers[0]",
      rule: "must be the ARN of one IAM role or user",
      got: '"deployer"',
      fix: 'write for example "arn:aws:iam::111122223333:role/deployer"',
    },
    {
      change: { logRetentionDays: 2 },
      rule: "CloudWatch Logs keeps logs for one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days",
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
      change: { rotation: { passwords: { length: 7 } } },
      path: "rotation.passwords.length",
      rule: "must be a whole number from 8 to 128",
      got: "7",
      fix: "write a number such as 8",
    },
    {
      change: { rotation: { passwords: { excludeCharacters: "é" } } },
      path: "rotation.passwords.excludeCharacters",
      rule: "must hold printable ASCII only",
      got: '"é"',
      fix: "remove the other characters",
    },
    {
      change: {
        rotation: {
          passwords: {
            excludeNumbers: true,
            excludePunctuation: true,
            excludeUppercase: true,
            excludeLowercase: true,
          },
        },
      },
      path: "rotation.passwords.excludeNumbers",
      rule: "some kind of character must be left",
      got: "true",
      fix: "remove one of the four",
    },
    {
      change: { consumerRuntime: "nodejs18.x" },
      rule: "must be one of nodejs22.x, nodejs24.x",
      got: '"nodejs18.x"',
      fix: 'write "nodejs22.x"',
    },
    {
      change: { providerVersion: "6.0.0" },
      rule: "only an environment with an emulator may choose another provider version than the pinned one",
      got: '"6.0.0"',
      fix: "remove it, or change the version of @cdktf/provider-aws in package.json",
    },
    {
      change: { emulator: { endpoint: "http://127.0.0.1:5000" }, providerVersion: "~> 5" },
      path: "providerVersion",
      rule: "must be an exact version",
      got: '"~> 5"',
      fix: 'write for example "5.100.0"',
    },
    {
      change: { emulator: { endpoint: "here" } },
      path: "emulator.endpoint",
      rule: "must be a URL",
      got: '"here"',
      fix: 'write for example "http://127.0.0.1:5000"',
    },
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

describe("state: refuses", () => {
  refuses(dev, [
    {
      change: { state: { kind: "gcs" } },
      path: "state.kind",
      rule: "must be one of local, s3",
      got: '"gcs"',
      fix: 'write "local"',
    },
    {
      change: { state: { kind: "s3", bucket: "Bucket!", kmsKeyId: "alias/state" } },
      path: "state.bucket",
      rule: "must be an S3 bucket name",
      got: '"Bucket!"',
      fix: 'write for example "acme-terraform-state"',
    },
    {
      change: { state: { kind: "s3", bucket: "state" } },
      path: "state.kmsKeyId",
      rule: "is required and must be a string",
      got: "nothing",
      fix: "add it",
    },
  ]);
});

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
      change: { "network.subnetIds": Array.from({ length: 17 }, () => "subnet-0a1b2c3d") },
      rule: "a Lambda function takes at most 16 subnets",
      got: expect.stringMatching(/^\["subnet-0a1b2c3d",.*\.\.\.$/),
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

describe("database: refuses", () => {
  refuses(dev, [
    {
      change: { "database.kind": "borrowed" },
      rule: "must be one of created, adopted",
      got: '"borrowed"',
      fix: 'write "created"',
    },
    {
      change: { "database.engineVersion": "latest" },
      rule: "must be an engine version, or a major version that follows minor upgrades",
      got: '"latest"',
      fix: 'write for example "16" (PostgreSQL) or "8.0" (MySQL)',
    },
    {
      change: { "database.databaseName": "1app" },
      rule: "must start with a letter and hold at most 63 letters, digits and underscores",
      got: '"1app"',
      fix: 'write for example "app"',
    },
    {
      change: { "database.port": 80 },
      rule: "must be a whole number from 1150 to 65535",
      got: "80",
      fix: "write a number such as 1150",
    },
    {
      change: { "database.superuserName": "Admin" },
      rule: "must start with a letter and hold at most 16 lower-case letters, digits and underscores",
      got: '"Admin"',
      fix: 'write for example "dbadmin"',
    },
    {
      change: { "database.instances": 0 },
      rule: "must be a whole number from 1 to 15",
      got: "0",
      fix: "write a number such as 1",
    },
    {
      change: { "database.instances": 1.5 },
      rule: "must be a whole number from 1 to 15",
      got: "1.5",
      fix: "write a number such as 1",
    },
    {
      change: { "database.backupRetentionDays": 36 },
      rule: "must be a whole number from 1 to 35",
      got: "36",
      fix: "write a number such as 1",
    },
    {
      change: { "database.deletionProtection": "yes" },
      rule: "must be true or false",
      got: '"yes"',
      fix: "write true or false",
    },
    {
      change: { "database.capacity.minAcu": 4 },
      rule: "minAcu must not be above maxAcu",
      got: "4",
      fix: "lower minAcu or raise maxAcu",
    },
    {
      change: { "database.capacity.maxAcu": 257 },
      rule: "must be at most 256",
      got: "257",
      fix: "write 256 or less",
    },
    {
      change: { "database.capacity.minAcu": 0.7 },
      rule: "must be a multiple of 0.5",
      got: "0.7",
      fix: "write for example 0.5",
    },
    {
      change: { "database.capacity": { kind: "provisioned", instanceClass: "r8g.large" } },
      path: "database.capacity.instanceClass",
      rule: "must be an RDS instance class",
      got: '"r8g.large"',
      fix: 'write for example "db.r8g.large"',
    },
  ]);

  test("an engine that is none", () => {
    expect(problems(changed(dev, { "database.engine": "oracle" }))).toContainEqual({
      path: "database.engine",
      rule: "must be one of aurora-postgresql, aurora-mysql",
      got: '"oracle"',
      fix: 'write "aurora-postgresql"',
    });
  });
});

describe("an adopted database: refuses", () => {
  refuses(adopt, [
    {
      change: { "database.clusterResourceId": "orders" },
      rule: "must be the cluster's resource id (not its name)",
      got: '"orders"',
      fix: 'write "DbClusterResourceId" of `aws rds describe-db-clusters`, for example "cluster-ABCDEFGHIJKL01234567890"',
    },
    {
      change: { "database.host": "https://orders.example:5432" },
      rule: "must be the host name of the writer endpoint",
      got: '"https://orders.example:5432"',
      fix: 'write the cluster endpoint without "https://" and without a port',
    },
    {
      change: { "database.superuserSecretArn": "orders/superuser" },
      rule: "must be the full ARN of a secret, with its six-character suffix",
      got: '"orders/superuser"',
      fix: "copy the ARN that Secrets Manager shows",
    },
    {
      change: { "database.superuserSecretKeyArn": "arn:aws:kms:ap-northeast-2:111122223333:alias/orders" },
      rule: "must be the ARN of a KMS key (not an alias)",
      got: '"arn:aws:kms:ap-northeast-2:111122223333:alias/orders"',
      fix: "copy the key ARN that KMS shows",
    },
    {
      change: { "database.port": undefined },
      rule: expect.stringMatching(/^is required and must be/),
      got: "nothing",
      fix: "add it",
    },
  ]);
});

describe("secrets: refuses", () => {
  const identifier = "must start with a letter or underscore and hold letters, digits, _ and - only";
  refuses(dev, [
    {
      change: { secrets: [], consumers: [] },
      rule: "an environment has at least one secret",
      got: "[]",
      fix: "add an entry to secrets",
    },
    {
      change: { "secrets[0].name": "or/ders", consumers: [] },
      rule: "must start with a letter or digit and hold at most 64 letters, digits and _+=.@-",
      got: '"or/ders"',
      fix: 'write for example "orders"; the secret is then named <namePrefix>/orders',
    },
    {
      change: { "secrets[0].user": "o'rders" },
      rule: identifier,
      got: '"o\'rders"',
      fix: 'write for example "app"',
    },
    {
      change: { "secrets[0].iamUser": "1iam" },
      rule: identifier,
      got: '"1iam"',
      fix: 'write for example "app"',
    },
    {
      change: { "secrets[0].groupRoles": ["a b"] },
      path: "secrets[0].groupRoles[0]",
      rule: identifier,
      got: '"a b"',
      fix: 'write for example "app"',
    },
    {
      change: { "secrets[0].groupRoles": ["r".repeat(64)] },
      path: "secrets[0].groupRoles[0]",
      rule: "PostgreSQL cuts names at 63 bytes",
      got: `"${"r".repeat(64)}"`,
      fix: "choose a shorter name",
    },
    {
      change: { "secrets[0].strategy": "both" },
      rule: "must be one of single-user, alternating-users",
      got: '"both"',
      fix: 'write "single-user"',
    },
    {
      change: { "secrets[0].schedule": "rate(1 hour)" },
      rule: "Secrets Manager rotates at most every 4 hours and at least every 999 days",
      got: '"rate(1 hour)"',
      fix: 'write "rate(7 days)"',
    },
    {
      change: { "secrets[0].schedule": "rate(2 weeks)" },
      rule: "a rate schedule is rate(n hours) or rate(n days)",
      got: '"rate(2 weeks)"',
      fix: 'write for example "rate(7 days)"',
    },
    {
      change: { "secrets[0].schedule": "cron(30 18 ? * SUN *)" },
      rule: "a cron schedule has six fields and starts with minute 0: cron(0 hour day-of-month month day-of-week year)",
      got: '"cron(30 18 ? * SUN *)"',
      fix: 'write for example "cron(0 18 ? * SUN *)", in UTC',
    },
    {
      change: { "secrets[0].window": "90m" },
      rule: "must be a number of hours from 1h to 24h",
      got: '"90m"',
      fix: 'write for example "3h"',
    },
    {
      change: { "secrets[0].window": "4h", "secrets[0].schedule": "rate(4 hours)" },
      rule: "must be shorter than the interval of rate(4 hours)",
      got: '"4h"',
      fix: 'write at most "3h"',
    },
    {
      change: { "secrets[0].grants": [{ on: "planet", privileges: ["USAGE"] }] },
      path: "secrets[0].grants[0].on",
      rule: "must be one of database, schema, tables, sequences",
      got: '"planet"',
      fix: 'write "database"',
    },
    {
      change: { "secrets[0].grants[0].privileges": ["SELECT"] },
      path: "secrets[0].grants[0].privileges[0]",
      rule: "must be one of USAGE, CREATE",
      got: '"SELECT"',
      fix: 'write "USAGE"',
    },
    {
      change: { "secrets[1]": { name: "orders", user: "other", strategy: "single-user" } },
      path: "secrets[1].name",
      rule: "two secrets cannot have the same name",
      got: '"orders"',
      fix: "choose another name",
    },
    {
      change: { "secrets[1]": { name: "other", user: "orders", strategy: "single-user" } },
      path: "secrets[1].user",
      rule: 'database user "orders" belongs to secrets[0] already; each user has one secret',
      got: '"orders"',
      fix: "choose another user name",
    },
    {
      change: { "secrets[0].iamUser": "orders_clone" },
      rule: 'database user "orders_clone" belongs to secrets[0] already; each user has one secret',
      got: '"orders_clone"',
      fix: "choose another user name",
    },
    {
      change: { "secrets[0].user": "dbadmin" },
      rule: '"dbadmin" is a user that RDS makes and changes itself',
      got: '"dbadmin"',
      fix: "choose another user name",
    },
    {
      change: { "secrets[0].iamUser": "rdsadmin" },
      rule: '"rdsadmin" is a user that RDS makes and changes itself',
      got: '"rdsadmin"',
      fix: "choose another user name",
    },
    {
      change: { "secrets[0].groupRoles": Array.from({ length: 9 }, (_, n) => `${n}`.padStart(30, "r")) },
      rule: "must fit into a tag of 256 characters, takes 278",
      got: expect.stringContaining("rrr"),
      fix: "give the privileges to one group role and name that role",
    },
    {
      change: {
        "secrets[0].grants": Array.from({ length: 20 }, (_, n) => ({
          on: "tables",
          schema: `schema_${n}`,
          privileges: ["SELECT"],
        })),
      },
      rule: "must fit into a tag of 256 characters, takes 469",
      got: "a list of objects",
      fix: "give the privileges to one group role and name that role",
    },
    {
      change: { "secrets[0].iamUser": "orders" },
      rule: 'database user "orders" belongs to secrets[0] already; each user has one secret',
      got: '"orders"',
      fix: "choose another user name",
    },
    {
      change: { "secrets[0].user": "orders_clone" },
      rule: '"_clone" ends the name of an alternate user',
      got: '"orders_clone"',
      fix: 'leave "_clone" out',
    },
    {
      change: { "secrets[0].user": "u".repeat(58) },
      rule: "a user of this secret may have at most 57 characters",
      got: `"${"u".repeat(58)}"`,
      fix: "choose a shorter name",
    },
  ]);

  test("a schedule that is none", () => {
    expect(problems(changed(dev, { "secrets[0].schedule": "daily" }))).toContainEqual({
      path: "secrets[0].schedule",
      rule: 'must be "rate(n hours)", "rate(n days)" or "cron(0 hour day-of-month month day-of-week year)"',
      got: '"daily"',
      fix: 'write for example "rate(7 days)" or "cron(0 18 ? * SUN *)"',
    });
  });
});

describe("rotation and consumers: refuse", () => {
  refuses(dev, [
    {
      change: { "rotation.timeoutSeconds": 901 },
      rule: "must be a whole number from 30 to 900",
      got: "901",
      fix: "write a number such as 30",
    },
    {
      change: { "rotation.memoryMegabytes": 64 },
      rule: "must be a whole number from 128 to 10240",
      got: "64",
      fix: "write a number such as 128",
    },
    {
      change: { "rotation.immediately": 1 },
      rule: "must be true or false",
      got: "1",
      fix: "write true or false",
    },
    {
      change: { "consumers[0].name": "Orders" },
      rule: "must hold at most 24 lower-case letters, digits and hyphens",
      got: '"Orders"',
      fix: 'write for example "orders"',
    },
    {
      change: { "consumers[0].secret": "billing" },
      rule: "must be the name of a secret: orders",
      got: '"billing"',
      fix: 'write "orders"',
    },
    ...["rotation", "flow-logs", "rds-monitoring"].map((name) => ({
      change: { "consumers[0].name": name },
      rule: "rotation, flow-logs, rds-monitoring end the names of an environment's own function and roles",
      got: `"${name}"`,
      fix: "choose another name",
    })),
    {
      change: { "consumers[1]": { name: "orders", secret: "orders" } },
      path: "consumers[1].name",
      rule: "two consumers cannot have the same name",
      got: '"orders"',
      fix: "choose another name",
    },
  ]);
});

describe("at the limits: accepts", () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["a prefix of 20 characters", { namePrefix: "a234567890123456789z" }],
    ["an alternating user of 57 characters", { "secrets[0].user": "u".repeat(57) }],
    [
      "a single user of 63 characters",
      { "secrets[0].user": "u".repeat(63), "secrets[0].strategy": "single-user" },
    ],
    ["no recovery of secrets", { secretRecoveryDays: 0 }],
    ["a week's recovery of secrets", { secretRecoveryDays: 7 }],
    [
      "a capacity that does not change",
      { "database.capacity": { kind: "serverless", minAcu: 2, maxAcu: 2 } },
    ],
    ["an environment without consumers", { consumers: [] }],
  ])("%s", (_, change) => {
    expect(() => load(changed(dev, change))).not.toThrow();
  });
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

test.each([
  [
    "database.superuserSecretArn",
    "arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AbCdEf",
    " and region ap-northeast-2",
  ],
  [
    "database.superuserSecretKeyArn",
    "arn:aws:kms:ap-northeast-2:999999999999:key/1",
    " and region ap-northeast-2",
  ],
  ["deployers", ["arn:aws:iam::999999999999:role/deployer"], ""],
])("%s must be of the environment's account", (path, value, region) => {
  expect(problems(changed(adopt, { [path]: value }))).toEqual([
    {
      path: path === "deployers" ? "deployers[0]" : path,
      rule: `must be of account 111122223333${region}`,
      got: JSON.stringify(Array.isArray(value) ? value[0] : value),
      fix: "name one of this account, or correct `account` and `region`",
    },
  ]);
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

test.each(["rotation:group-roles", "aws:x"])("a default tag %s is refused", (key) => {
  expect(problems({ ...dev, tags: { [key]: "rds_superuser" } })).toMatchObject([
    { rule: '"aws:" and "rotation:" tags are set by AWS and by this project', fix: "remove it" },
  ]);
});

test.each(["rds_superuser", "rds_iam", "pg_execute_server_program", "pg_read_server_files"])(
  "a user may not become a member of %s",
  (role) => {
    expect(problems(changed(dev, { "secrets[0].groupRoles": [role] }))).toMatchObject([
      {
        path: "secrets[0].groupRoles[0]",
        rule: "must be a role of your own or one that reads or writes data",
      },
    ]);
  },
);

test("a deployer is one principal, not a pattern", () => {
  expect(problems(changed(dev, { deployers: ["arn:aws:iam::111122223333:role/*"] }))).toMatchObject([
    { path: "deployers[0]", rule: "must be the ARN of one IAM role or user" },
  ]);
});

test("adopted subnets differ", () => {
  const subnetIds = ["subnet-0a1b2c3d", "subnet-0a1b2c3d"];
  expect(problems(changed(adopt, { "network.subnetIds": subnetIds }))).toMatchObject([
    { path: "network.subnetIds", fix: "remove the repeated subnet" },
  ]);
});

test("Aurora MySQL is accepted without sample consumers, which speak PostgreSQL only", () => {
  const mysql = changed(dev, { "database.engine": "aurora-mysql", "database.engineVersion": "8.0" });
  expect(problems(mysql)).toMatchObject([
    { path: "consumers", rule: "the sample consumers connect to PostgreSQL only" },
  ]);
  expect(load(changed(mysql, { consumers: [] })).database.engine).toBe("aurora-mysql");
});

test("a version of Aurora MySQL names its family", () => {
  const mysql = { "database.engine": "aurora-mysql", "database.engineVersion": "8", consumers: [] };
  expect(problems(changed(dev, mysql))).toMatchObject([
    { path: "database.engineVersion", fix: 'write for example "8.0"' },
  ]);
});
