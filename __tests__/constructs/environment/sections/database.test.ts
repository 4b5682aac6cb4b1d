import { changed, load, problems } from "../../../support/environment-files";
import { mysqlDev } from "../support/mysql-settings";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";
import { oneOf, trueOrFalse, wholeNumber } from "../support/usual-rules";

const dev = shippedSettings("dev");
const adopt = shippedSettings("adopt");

describe("database: refuses", () => {
  refuses(dev, [
    {
      change: { "databases.main.kind": "borrowed" },
      got: '"borrowed"',
      ...oneOf("created", "adopted"),
    },
    {
      change: { "databases.main.engineVersion": "latest" },
      rule: "must be an exact engine version",
      got: '"latest"',
      fix: 'write for example "16.8" (PostgreSQL) or "8.0.mysql_aurora.3.10.0" (MySQL)',
    },
    {
      change: { "databases.main.engineVersion": "16" },
      rule: "must be an exact engine version",
      got: '"16"',
      fix: 'write for example "16.8" (PostgreSQL) or "8.0.mysql_aurora.3.10.0" (MySQL)',
    },
    {
      change: { "databases.main.engineVersion": "8.0.mysql_aurora.3.10.0" },
      rule: "must be an exact version of aurora-postgresql",
      got: '"8.0.mysql_aurora.3.10.0"',
      fix: 'write for example "16.8"',
    },
    {
      change: {
        "databases.main.engine": "aurora-mysql",
        "databases.main.engineVersion": "8.0.mysql_aurora.3.10.0",
        "databases.main.capacity": { kind: "provisioned", instanceClass: "db.t3.medium" },
        "secrets[0].grants": [],
      },
      path: "databases.main.capacity.instanceClass",
      rule: "must be a class that has Performance Insights with aurora-mysql",
      got: '"db.t3.medium"',
      fix: 'write for example "db.t4g.medium"',
    },
    {
      change: { "databases.main.databaseName": "1app" },
      rule: "must start with a letter and hold at most 63 letters, digits and underscores",
      got: '"1app"',
      fix: 'write for example "app"',
    },
    {
      change: { "databases.main.port": 80 },
      got: "80",
      ...wholeNumber(1150, 65535),
    },
    {
      change: { "databases.main.superuserName": "Admin" },
      rule: "must start with a letter and hold at most 16 lower-case letters, digits and underscores",
      got: '"Admin"',
      fix: 'write for example "dbadmin"',
    },
    {
      change: { "databases.main.instances": 0 },
      got: "0",
      ...wholeNumber(1, 15),
    },
    {
      change: { "databases.main.instances": 1.5 },
      got: "1.5",
      ...wholeNumber(1, 15),
    },
    {
      change: { "databases.main.backupRetentionDays": 36 },
      got: "36",
      ...wholeNumber(1, 35),
    },
    {
      change: { "databases.main.deletionProtection": "yes" },
      got: '"yes"',
      ...trueOrFalse,
    },
    {
      change: { "databases.main.capacity.minAcu": 4 },
      rule: "minAcu must not be above maxAcu",
      got: "4",
      fix: "lower minAcu or raise maxAcu",
    },
    {
      change: { "databases.main.capacity.maxAcu": 257 },
      rule: "must be at most 256",
      got: "257",
      fix: "write 256 or less",
    },
    {
      change: { "databases.main.capacity.minAcu": 0.7 },
      rule: "must be a multiple of 0.5",
      got: "0.7",
      fix: "write for example 0.5",
    },
    {
      change: { "databases.main.capacity": { kind: "provisioned", instanceClass: "r8g.large" } },
      path: "databases.main.capacity.instanceClass",
      rule: "must be an RDS instance class",
      got: '"r8g.large"',
      fix: 'write for example "db.r8g.large"',
    },
  ]);

  test("an engine that is none", () => {
    expect(problems(changed(dev, { "databases.main.engine": "oracle" }))).toContainEqual({
      path: "databases.main.engine",
      got: '"oracle"',
      ...oneOf("aurora-postgresql", "aurora-mysql"),
    });
  });
});

describe("an adopted database: refuses", () => {
  refuses(adopt, [
    {
      change: { "databases.main.clusterResourceId": "orders" },
      rule: "must be the cluster's resource id (not its name)",
      got: '"orders"',
      fix: 'write "DbClusterResourceId" of `aws rds describe-db-clusters`, for example "cluster-ABCDEFGHIJKL01234567890"',
    },
    ...[
      "https://orders.example:5432",
      "orders.example:5432",
      "orders",
      "10.0.0.7",
      "::1",
      "-orders.example",
      "orders..example",
      "orders.example.",
      "or_ders.example",
      `${"a".repeat(64)}.example`,
      `${"abcdefghi.".repeat(25)}exam`,
    ].map((host) => ({
      change: { "databases.main.host": host },
      rule: "must be the host name of the writer endpoint",
      got: expect.any(String),
      fix: 'write the cluster endpoint without "https://" and without a port',
    })),
    ...[
      [
        "orders.cluster-ro-c0example.ap-northeast-2.rds.amazonaws.com",
        "a reader endpoint only reads, and a rotation writes",
        'write "orders.cluster-c0example.ap-northeast-2.rds.amazonaws.com"',
      ],
      [
        "orders.cluster-custom-c0example.ap-northeast-2.rds.amazonaws.com",
        "a custom endpoint may lead to an instance that only reads, and a rotation writes",
      ],
      ...["orders", "orders.endpoint"].map((name) => [
        `${name}.proxy-c0example.ap-northeast-2.rds.amazonaws.com`,
        "an endpoint of RDS Proxy logs in with the secret itself, refuses a session's settings, and keeps old connections",
      ]),
      [
        "orders-1.c0example.ap-northeast-2.rds.amazonaws.com",
        "the endpoint of one instance only reads after a failover, and a rotation writes",
      ],
    ].map(([host = "", why, fix]) => ({
      change: { "databases.main.host": host },
      rule: `must be the cluster's writer endpoint: ${why}`,
      got: JSON.stringify(host),
      fix:
        fix ??
        'write "Endpoint" of `aws rds describe-db-clusters`, such as "<cluster>.cluster-c0example.ap-northeast-2.rds.amazonaws.com"',
    })),
    {
      change: { "databases.main.port": undefined },
      rule: "is required and must be a whole number from 1150 to 65535",
      got: "nothing",
      fix: "add it: write a number such as 1150",
    },
  ]);
});

test.each([
  "orders.cluster-c0example.eu-west-1.rds.amazonaws.com",
  "cluster-ro.example",
  "orders.global-c0example.global.rds.amazonaws.com",
  "db.7up",
  "xn--bcher-kva.example",
  `${"a".repeat(63)}.example`,
  `${"abcdefghi.".repeat(25)}exa`,
])("the host of an adopted database may be %s", (host) => {
  expect(() => load(changed(adopt, { "databases.main.host": host }))).not.toThrow();
});

test("Aurora MySQL is accepted", () => {
  expect(load(mysqlDev).databases.main?.engine).toBe("aurora-mysql");
});

test("MySQL's version alone is none of Aurora MySQL", () => {
  expect(problems(changed(mysqlDev, { "databases.main.engineVersion": "8.0" }))).toEqual([
    {
      path: "databases.main.engineVersion",
      rule: "must be an exact version of aurora-mysql",
      got: '"8.0"',
      fix: 'write for example "8.0.mysql_aurora.3.10.0"',
    },
  ]);
});

test("a capacity that does not change is accepted", () => {
  const capacity = { kind: "serverless", minAcu: 2, maxAcu: 2 };
  expect(() => load(changed(dev, { "databases.main.capacity": capacity }))).not.toThrow();
});
