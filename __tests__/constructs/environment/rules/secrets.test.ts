import { changed, load, problems } from "../../../support/environment-files";
import { mysqlDev } from "../support/mysql-settings";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";
import { oneOf } from "../support/usual-rules";

const dev = shippedSettings("dev");

describe("secrets: refuses", () => {
  const identifier = "must start with a letter or underscore and hold letters, digits, _ and - only";
  refuses(dev, [
    {
      change: { secrets: [], functions: [] },
      rule: 'needed by the backend "native"',
      got: "[]",
      fix: "add an entry to secrets",
    },
    {
      change: { "secrets[0].name": "or/ders", functions: [] },
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
      change: { "secrets[0].strategy": "both" },
      got: '"both"',
      ...oneOf("single-user", "alternating-users"),
    },
    {
      change: { "secrets[0].strategy": "alternating" },
      got: '"alternating"',
      ...oneOf("single-user", "alternating-users"),
      fix: 'write "alternating-users"',
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
      rule: "minutes must be 0: rotation windows open on the hour",
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
      change: { "secrets[0].window": "5h", "secrets[0].schedule": "rate(4 hours)" },
      rule: "must end with the UTC day, and not after the next window of rate(4 hours) opens",
      got: '"5h"',
      fix: 'write at most "4h"',
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
      rule: '"dbadmin" is the superuser, whose password RDS keeps',
      got: '"dbadmin"',
      fix: "choose another user name",
    },
    {
      change: { "secrets[0].iamUser": "rdsadmin" },
      rule: '"rdsadmin" is kept by RDS or the engine for itself',
      got: '"rdsadmin"',
      fix: "choose another user name",
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
      rule: 'must be "rate(n hours)", "rate(n days)" or "cron(0 hours day-of-month month day-of-week *)"',
      got: '"daily"',
      fix: 'write for example "rate(7 days)" or "cron(0 18 ? * SUN *)"',
    });
  });
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["an alternating user of 57 characters", { "secrets[0].user": "u".repeat(57) }],
  [
    "a single user of 63 characters",
    { "secrets[0].user": "u".repeat(63), "secrets[0].strategy": "single-user" },
  ],
])("%s is accepted", (_, change) => {
  expect(() => load(changed(dev, change))).not.toThrow();
});

test("a user that is too long for MySQL, alone and with its clone, is one problem", () => {
  expect(problems(changed(mysqlDev, { "secrets[0].user": "u".repeat(33) }))).toMatchObject([
    { path: "secrets[0].user", rule: "a user of this secret may have at most 26 characters" },
  ]);
});

test("a window is checked against its schedule also where the rest of the secret is wrong", () => {
  const wrong = {
    "secrets[0].user": "1",
    "secrets[0].schedule": "cron(0 20 * * ? *)",
    "secrets[0].window": "5h",
  };
  expect(problems(changed(dev, wrong)).map(({ path }) => path)).toEqual([
    "secrets[0].user",
    "secrets[0].window",
  ]);
});

test("a window is checked against the schedule that is left out", () => {
  expect(() => load(changed(dev, { "secrets[0].window": "24h" }))).not.toThrow();
});
