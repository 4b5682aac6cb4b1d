import { changed, load, problems } from "../../../support/environment-files";
import { mysqlDev } from "../support/mysql-settings";
import { shippedSettings } from "../support/shipped-settings";

const settings = {
  PostgreSQL: changed(shippedSettings("dev"), { "secrets[0].groupRoles": [] }),
  "adopted PostgreSQL": shippedSettings("adopt"),
  MySQL: mysqlDev,
  "adopted MySQL": changed(shippedSettings("adopt"), {
    "databases.main.engine": "aurora-mysql",
    functions: [],
  }),
};
type Named = readonly [where: keyof typeof settings, path: string, name: string];

const groupRoles = "secrets[0].groupRoles[0]";

test.each<Named>([
  ["PostgreSQL", "databases.main.superuserName", "admin"],
  ["PostgreSQL", "databases.main.superuserName", "rdsadmin"],
  ["PostgreSQL", "databases.main.superuserName", "pg_admin"],
  ["PostgreSQL", "databases.main.superuserName", "public"],
  ["PostgreSQL", "databases.main.databaseName", "template0"],
  ["PostgreSQL", "databases.main.databaseName", "template1"],
  ["PostgreSQL", "databases.main.databaseName", "rdsadmin"],
  ["PostgreSQL", "secrets[0].user", "rdsadmin"],
  ["PostgreSQL", "secrets[0].user", "rdsproxyadmin"],
  ["PostgreSQL", "secrets[0].user", "rds_reader"],
  ["PostgreSQL", "secrets[0].user", "pg_app"],
  ["PostgreSQL", "secrets[0].user", "none"],
  ["PostgreSQL", "secrets[0].iamUser", "public"],
  ["PostgreSQL", groupRoles, "public"],
  ["PostgreSQL", groupRoles, "none"],
  ["PostgreSQL", groupRoles, "rdsadmin"],
  ["MySQL", "databases.main.superuserName", "rdsadmin"],
  ["MySQL", "databases.main.databaseName", "mysql"],
  ["MySQL", "databases.main.databaseName", "sys"],
  ["MySQL", "databases.main.databaseName", "information_schema"],
  ["MySQL", "databases.main.databaseName", "performance_schema"],
  ["MySQL", "secrets[0].user", "rdsrepladmin"],
  ["MySQL", "secrets[0].user", "rdsproxyadmin"],
  ["MySQL", "secrets[0].iamUser", "rds_superuser_role"],
  ["MySQL", groupRoles, "rdsadmin"],
  ["MySQL", groupRoles, "AWS_LAMBDA_ACCESS"],
  ["MySQL", "databases.main.superuserName", "root"],
  ["MySQL", "databases.main.databaseName", "Sys"],
  ["PostgreSQL", "databases.main.superuserName", "user"],
  ["PostgreSQL", "databases.main.databaseName", "default"],
])("%s: %s may not be %s", (where, path, name) => {
  expect(problems(changed(settings[where], { [path]: name }))).toEqual([
    {
      path,
      rule: `"${name}" is kept by RDS or the engine for itself`,
      got: `"${name}"`,
      fix: expect.stringMatching(/^choose another (name|user name|role)$/),
    },
  ]);
});

test.each<Named>([
  ["PostgreSQL", "secrets[0].user", "dbadmin"],
  ["adopted PostgreSQL", "secrets[0].user", "postgres"],
  ["MySQL", "secrets[0].iamUser", "dbadmin"],
  ["adopted MySQL", "secrets[0].user", "admin"],
])("%s: %s may not be the superuser %s", (where, path, name) => {
  expect(problems(changed(settings[where], { [path]: name }))).toEqual([
    {
      path,
      rule: `"${name}" is the superuser, whose password RDS keeps`,
      got: `"${name}"`,
      fix: "choose another user name",
    },
  ]);
});

test.each<Named>([
  ["PostgreSQL", "databases.main.superuserName", "postgres"],
  ["PostgreSQL", "databases.main.databaseName", "postgres"],
  ["PostgreSQL", "databases.main.databaseName", "mysql"],
  ["PostgreSQL", "secrets[0].user", "postgres"],
  ["PostgreSQL", "secrets[0].user", "admin"],
  ["PostgreSQL", "secrets[0].user", "current_user"],
  ["PostgreSQL", "secrets[0].user", "pgbouncer"],
  ["PostgreSQL", "secrets[0].iamUser", "rdsadmin_iam"],
  ["PostgreSQL", groupRoles, "pg_read_all_data"],
  ["PostgreSQL", groupRoles, "publicity"],
  ["adopted PostgreSQL", "secrets[0].user", "admin"],
  ["adopted PostgreSQL", "databases.main.databaseName", "template1"],
  ["MySQL", "databases.main.superuserName", "admin"],
  ["MySQL", "databases.main.databaseName", "template1"],
  ["MySQL", "secrets[0].user", "pg_app"],
  ["MySQL", groupRoles, "awsome"],
  ["adopted MySQL", "secrets[0].user", "postgres"],
])("%s: %s may be %s", (where, path, name) => {
  expect(() => load(changed(settings[where], { [path]: name }))).not.toThrow();
});
