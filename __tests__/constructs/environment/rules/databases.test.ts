import { changed, load, problems } from "../../../support/environment-files";
import { mysqlDev } from "../support/mysql-settings";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";

const dev = shippedSettings("dev");
const adopt = shippedSettings("adopt");
const mysql = mysqlDev.databases.main;

/** PostgreSQL and MySQL, each with one secret of a user `orders`. */
const two = changed(dev, {
  "databases.legacy": mysql,
  "secrets[0].database": "main",
  "secrets[1]": { name: "legacy", database: "legacy", user: "orders", strategy: "alternating-users" },
});
/** Two adopted clusters. */
const adopted = changed(adopt, {
  "databases.legacy": {
    ...adopt.databases.main,
    clusterResourceId: "cluster-0123456789ABCDEF",
    host: "legacy.cluster-c0example.ap-northeast-2.rds.amazonaws.com",
  },
  "secrets[0].database": "main",
});

describe("databases: refuse", () => {
  refuses(dev, [
    {
      change: {
        databases: {},
        secrets: [],
        functions: [],
        backends: ["vault"],
        vault: shippedSettings("vault").vault,
      },
      path: "databases",
      rule: "needs at least one database",
      got: "an object",
      fix: 'add "main": { "kind": "created", … }',
    },
    ...["Main", "1st", "a--b", "main-", "a".repeat(17), "my_db", ""].map((name) => ({
      change: { databases: { [name]: dev.databases.main } },
      path: expect.stringMatching(/^databases[.[]/),
      rule: "a database's name must start with a letter and hold at most 16 lower-case letters, digits and single hyphens",
      got: JSON.stringify(name),
      fix: 'write for example "main"',
    })),
  ]);

  refuses(two, [
    {
      change: { "secrets[0].database": undefined },
      rule: "is required where there are several databases, and must be the name of one: main, legacy",
      got: "nothing",
      fix: "write one of: main, legacy",
    },
    {
      change: { "secrets[1].database": "billing" },
      rule: "must be the name of one: main, legacy",
      got: '"billing"',
      fix: "write one of: main, legacy",
    },
    {
      change: { "secrets[1].database": "legcy" },
      rule: "must be the name of one: main, legacy",
      got: '"legcy"',
      fix: 'write "legacy"',
    },
    {
      change: { "secrets[1].database": "constructor" },
      rule: "must be the name of one: main, legacy",
      got: '"constructor"',
      fix: "write one of: main, legacy",
    },
  ]);

  refuses(adopted, [
    ...["clusterResourceId", "host"].map((key) => ({
      change: { [`databases.legacy.${key}`]: adopt.databases.main[key] },
      rule: "is that of another database already; each cluster has one entry",
      got: JSON.stringify(adopt.databases.main[key]),
      fix: "correct one of them, or remove an entry and name the other in its secrets",
    })),
    {
      change: { network: dev.network },
      path: "network.kind",
      rule: "an adopted database stays in its own VPC, so that VPC must be adopted too",
      got: '"created"',
      fix: 'write "adopted" and the vpcId and subnetIds of the database',
    },
  ]);
});

describe("a secret obeys the engine of its own database", () => {
  const user = "u".repeat(40);
  refuses(two, [
    {
      change: { "secrets[1].user": user },
      rule: "a user of this secret may have at most 26 characters",
      got: JSON.stringify(user),
      fix: "choose a shorter name",
    },
    {
      change: { "secrets[1].grants": [{ on: "sequences", schema: "app", privileges: ["USAGE"] }] },
      path: "secrets[1].grants[0].on",
      rule: "MySQL has no sequences",
      got: '"sequences"',
      fix: "remove the grant",
    },
    {
      change: { "secrets[0].user": "pg_app" },
      rule: '"pg_app" is kept by RDS or the engine for itself',
      got: '"pg_app"',
      fix: "choose another user name",
    },
    {
      change: { "databases.legacy.superuserName": "legacy_admin", "secrets[1].user": "legacy_admin" },
      path: "secrets[1].user",
      rule: '"legacy_admin" is the superuser, whose password RDS keeps',
      got: '"legacy_admin"',
      fix: "choose another user name",
    },
    {
      change: { "secrets[1].database": "main" },
      path: "secrets[1].user",
      rule: 'database user "orders" belongs to secrets[0] already; each user has one secret',
      got: '"orders"',
      fix: "choose another user name",
    },
    {
      change: { "secrets[1].groupRoles": ["orders_clone"] },
      path: "secrets[1].groupRoles[0]",
      rule: "must not be a user of a secret of the same database",
      got: '"orders_clone"',
      fix: "choose another role",
    },
  ]);

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["a user of the same name in each database", {}],
    ["a long user where PostgreSQL takes it", { "secrets[0].user": user }],
    ["pg_ in MySQL", { "secrets[1].user": "pg_app" }],
    [
      "the superuser of the other database",
      { "databases.legacy.superuserName": "root2", "secrets[0].user": "root2" },
    ],
    [
      "a user of the other database as group role",
      { "secrets[0].user": "shop", "secrets[0].groupRoles": ["orders"] },
    ],
  ])("%s is accepted", (_, change) => {
    expect(() => load(changed(two, change))).not.toThrow();
  });
});

test("created and adopted databases may be in one adopted network", () => {
  const settings = changed(adopted, { "databases.legacy": dev.databases.main });
  expect(load(settings).databases).toMatchObject({ main: { kind: "adopted" }, legacy: { kind: "created" } });
});

test("where there is one database, its name is in every secret", () => {
  expect(load(changed(dev, { databases: { shop: dev.databases.main } })).secrets).toMatchObject([
    { name: "orders", database: "shop" },
  ]);
});

test("a secret of a database that is wrong by itself is not told that there is none", () => {
  expect(problems(changed(two, { "databases.legacy.port": 1 })).map(({ path }) => path)).toEqual([
    "databases.legacy.port",
  ]);
});

describe("capacities that a version has not: refuses", () => {
  const capacity = (engineVersion: string, minAcu: number, maxAcu: number) => ({
    "databases.main.engineVersion": engineVersion,
    "databases.main.capacity": { kind: "serverless", minAcu, maxAcu },
  });

  refuses(
    dev,
    [
      ["13.14", "13.15"],
      ["14.11", "14.12"],
      ["15.6", "15.7"],
      ["16.1", "16.3"],
      ["16.2", "16.3"],
    ].map(([version = "", least]) => ({
      change: capacity(version, 0, 2),
      path: "databases.main.capacity.minAcu",
      rule: `must be 0.5 or more with ${version}, which cannot pause; ${least} can`,
      got: "0",
      fix: `write 0.5, or a version from ${least} on`,
    })),
  );
  refuses(mysqlDev, [
    {
      change: capacity("8.0.mysql_aurora.3.07.1", 0, 2),
      path: "databases.main.capacity.minAcu",
      rule: "must be 0.5 or more with 8.0.mysql_aurora.3.07.1, which cannot pause; 3.08.0 can",
      got: "0",
      fix: "write 0.5, or a version from 3.08.0 on",
    },
    {
      change: capacity("8.0.mysql_aurora.3.05.2", 1, 129),
      path: "databases.main.capacity.maxAcu",
      rule: "must be at most 128 with 8.0.mysql_aurora.3.05.2; 3.06.0 has up to 256",
      got: "129",
      fix: "write 128, or a version from 3.06.0 on",
    },
  ]);
  refuses(dev, [
    {
      change: capacity("15.3", 1, 256),
      path: "databases.main.capacity.maxAcu",
      rule: "must be at most 128 with 15.3; 15.5 has up to 256",
      got: "256",
      fix: "write 128, or a version from 15.5 on",
    },
    {
      change: { "databases.main.awsBackup": true },
      path: "databases.main.backupRetentionDays",
      rule: "is set by AWS Backup where awsBackup is true",
      got: "1",
      fix: "remove it, or awsBackup",
    },
  ]);

  test.each([
    ["16.3", 0, 256],
    ["16.10", 0, 256],
    ["17.4", 0, 256],
    ["15.3", 0.5, 128],
    ["99.1", 0, 256],
  ])("%s with %d to %d is accepted", (version, minAcu, maxAcu) => {
    expect(() => load(changed(dev, capacity(version, minAcu, maxAcu)))).not.toThrow();
  });

  test("Aurora MySQL 3.08.0 and newer pause", () => {
    expect(() => load(changed(mysqlDev, capacity("8.0.mysql_aurora.3.08.0", 0, 256)))).not.toThrow();
  });
});

test("AWS Backup may own the retention", () => {
  const settings = changed(dev, {
    "databases.main.awsBackup": true,
    "databases.main.backupRetentionDays": undefined,
  });
  expect(load(settings).databases.main).toMatchObject({ awsBackup: true });
});
