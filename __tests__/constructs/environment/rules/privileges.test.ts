import { changed, load, problems } from "../../../support/environment-files";
import { mysqlDev } from "../support/mysql-settings";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";
import { oneOf } from "../support/usual-rules";

const dev = shippedSettings("dev");
/** `orders` takes turns with its clone, `report` does not. */
const pair = changed(dev, {
  "secrets[0].iamUser": "orders_iam",
  "secrets[0].groupRoles": [],
  "secrets[1]": {
    name: "report",
    user: "report",
    strategy: "single-user",
    iamUser: "report_iam",
    groupRoles: [],
  },
});
const identifier = "must start with a letter or underscore and hold letters, digits, _ and - only";

describe("group roles: refuse", () => {
  refuses(dev, [
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
      change: { "secrets[0].groupRoles": Array.from({ length: 9 }, (_, n) => `${n}`.padStart(30, "r")) },
      rule: "must fit into a tag of 256 characters, takes 278",
      got: expect.stringContaining("rrr"),
      fix: "give the privileges to one group role and name that role",
    },
  ]);

  refuses(
    pair,
    [
      ["secrets[0].groupRoles[0]", "orders", "must not be a user of a secret of the same database"],
      ["secrets[0].groupRoles[0]", "orders_clone", "must not be a user of a secret of the same database"],
      ["secrets[0].groupRoles[0]", "report", "must not be a user of a secret of the same database"],
      ["secrets[0].groupRoles[0]", "report_iam", "must not be a user of a secret of the same database"],
      ["secrets[1].groupRoles[0]", "dbadmin", "must not be the superuser: its members may do what it may"],
    ].map(([path = "", role, rule = ""]) => ({
      change: { [path]: role },
      rule,
      got: JSON.stringify(role),
      fix: "choose another role",
    })),
  );

  refuses(mysqlDev, [
    {
      change: { "secrets[0].groupRoles[0]": "r".repeat(33) },
      rule: "may have at most 32 bytes",
      got: `"${"r".repeat(33)}"`,
      fix: "choose another role",
    },
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

test.each<[string, string, string]>([
  ["a role that is called like a clone that nobody has", "secrets[1].groupRoles", "report_clone"],
  ["a role of 63 bytes", "secrets[0].groupRoles", "r".repeat(63)],
])("%s may be a group role", (_, path, role) => {
  expect(() => load(changed(pair, { [path]: [role] }))).not.toThrow();
});

describe("grants: refuse", () => {
  const schema = (name: string) => [{ on: "schema", schema: name, privileges: ["USAGE"] }];
  const path = "secrets[0].grants[0].schema";

  refuses(dev, [
    {
      change: { "secrets[0].grants": [{ on: "planet", privileges: ["USAGE"] }] },
      path: "secrets[0].grants[0].on",
      got: '"planet"',
      ...oneOf("database", "schema", "tables", "sequences"),
    },
    {
      change: { "secrets[0].grants[0].privileges": ["SELECT"] },
      path: "secrets[0].grants[0].privileges[0]",
      got: '"SELECT"',
      ...oneOf("USAGE", "CREATE"),
    },
    ...["pg_catalog", "information_schema"].map((name) => ({
      change: { "secrets[0].grants": schema(name) },
      path,
      rule: "must not be a system schema",
      got: `"${name}"`,
      fix: "choose a schema of yours",
    })),
    {
      change: { "secrets[0].grants": schema("s".repeat(64)) },
      path,
      rule: "a schema name has at most 63 bytes",
      got: `"${"s".repeat(64)}"`,
      fix: "choose a shorter name",
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
  ]);

  refuses(mysqlDev, [
    ...["mysql", "sys", "performance_schema"].map((name) => ({
      change: { "secrets[0].grants": [{ on: "schema", schema: name, privileges: ["CREATE"] }] },
      path,
      rule: "must not be one of MySQL's own schemas",
      got: `"${name}"`,
      fix: "choose a schema of yours",
    })),
    ...(
      [
        [{ on: "database" }, "CONNECT", "every user may connect"],
        [{ on: "schema", schema: "app" }, "USAGE", "whoever may do something in a schema may use it"],
        [{ on: "tables", schema: "app" }, "TRUNCATE", "DROP would be needed, which takes whole tables away"],
      ] as const
    ).map(([where, privilege, why]) => ({
      change: { "secrets[0].grants": [{ ...where, privileges: [privilege] }] },
      path: "secrets[0].grants[0].privileges[0]",
      rule: `MySQL has no privilege ${privilege}: ${why}`,
      got: JSON.stringify(privilege),
      fix: "remove it, or the grant if it has no other",
    })),
    {
      change: { "secrets[0].grants": [{ on: "sequences", schema: "app", privileges: ["USAGE"] }] },
      path: "secrets[0].grants[0].on",
      rule: "MySQL has no sequences",
      got: '"sequences"',
      fix: "remove the grant",
    },
  ]);
});

test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
  ["PostgreSQL", dev, { on: "schema", schema: "mysql", privileges: ["USAGE"] }],
  ["PostgreSQL", dev, { on: "schema", schema: "s".repeat(63), privileges: ["USAGE"] }],
  ["PostgreSQL", dev, { on: "tables", schema: "information_schema_2", privileges: ["TRUNCATE"] }],
  ["PostgreSQL", dev, { on: "sequences", schema: "public", privileges: ["USAGE"] }],
  ["PostgreSQL", dev, { on: "database", privileges: ["CONNECT"] }],
  ["MySQL", mysqlDev, { on: "tables", schema: "system", privileges: ["SELECT", "DELETE"] }],
  ["MySQL", mysqlDev, { on: "database", privileges: ["CREATE", "TEMPORARY"] }],
])("%s takes the grant of %j", (_, settings, grant) => {
  expect(() => load(changed(settings, { "secrets[0].grants": [grant] }))).not.toThrow();
});
