import { isCredentialRefusal } from "../../../lambda/secret-reader/refused";

/** An error as its library makes it: `cause` of Error is not enumerable, the rest is. */
const wrap = (name: string, cause: unknown, parts: object = {}) =>
  Object.assign(new Error(`of ${name}`, { cause }), { name }, parts);

const postgresql = Object.assign(new Error('password authentication failed for user "orders"'), {
  severity: "FATAL",
  code: "28P01",
});
const mysql = Object.assign(new Error("Access denied for user 'orders'@'10.0.1.5' (using password: YES)"), {
  code: "ER_ACCESS_DENIED_ERROR",
  errno: 1045,
  sqlState: "28000",
});

const pooled = Object.assign(new Error("pool timeout: failed to retrieve a connection from pool"), {
  code: "ER_GET_CONNECTION_TIMEOUT",
  errno: 45028,
  sqlState: "HY000",
  cause: mysql,
});

test.each<[string, unknown]>([
  ["pg", postgresql],
  ["pg, for a role that may not log in", Object.assign(new Error("role"), { code: "28000" })],
  ["mysql2", mysql],
  ["mysql2, by its SQLSTATE", { code: "ER_ACCESS_DENIED_NO_PASSWORD_ERROR", errno: 1698, sqlState: "28000" }],
  ["MySQL, by its name alone", { code: "ER_ACCESS_DENIED_ERROR" }],
  ["MySQL, by its number alone", { code: 1045 }],
  ["knex, which hands on what the pool got", postgresql],
  ["the pool of mariadb", pooled],
  ["drizzle", wrap("DrizzleQueryError", postgresql, { query: "select 1", params: [] })],
  ["drizzle, which copies a number", wrap("DrizzleQueryError", undefined, { code: 1045 })],
  ["sequelize 6", wrap("SequelizeConnectionError", undefined, { parent: postgresql, original: postgresql })],
  ["sequelize 6, of which one is left", wrap("SequelizeAccessDeniedError", undefined, { original: mysql })],
  ["sequelize 7", wrap("SequelizeAccessDeniedError", mysql)],
  ["TypeORM", wrap("QueryFailedError", undefined, { driverError: postgresql })],
  ["Prisma, when it connects", wrap("PrismaClientInitializationError", undefined, { errorCode: "P1000" })],
  ["Prisma, when it asks", wrap("PrismaClientKnownRequestError", undefined, { code: "P1000" })],
  [
    "Prisma's adapter of pg",
    wrap("DriverAdapterError", { kind: "AuthenticationFailed", user: "orders", originalCode: "28P01" }),
  ],
  [
    "Prisma's adapter of mariadb",
    wrap("DriverAdapterError", { kind: "AuthenticationFailed", user: "orders", originalCode: "1045" }),
  ],
  ["an AggregateError", new AggregateError([new Error("timed out"), postgresql])],
  ["a wrapper of wrappers", wrap("A", wrap("B", new AggregateError([wrap("C", pooled)])))],
])("the refusal of %s is seen", (_, error) => {
  expect(isCredentialRefusal(error)).toBe(true);
});

test.each<[string, unknown]>([
  ["a syntax error", Object.assign(new Error("syntax"), { code: "42601" })],
  [
    "a missing privilege",
    Object.assign(new Error("denied"), { code: "ER_DBACCESS_DENIED_ERROR", errno: 1044 }),
  ],
  ["a database that cannot be reached", wrap("X", Object.assign(new Error(), { code: "ECONNREFUSED" }))],
  ["Prisma's P1001", wrap("PrismaClientInitializationError", undefined, { errorCode: "P1001" })],
  ["a text with the code", new Error("28P01")],
  ["a text", "28P01"],
  ["undefined", undefined],
  ["null", null],
  ["errors that are no list", { errors: "28P01" }],
])("%s is no refusal", (_, error) => {
  expect(isCredentialRefusal(error)).toBe(false);
});

test("errors that wrap each other in a circle end", () => {
  const one: { cause?: unknown; parent?: unknown } = {};
  const other = { cause: one, original: one };
  one.cause = other;
  one.parent = one;
  expect(isCredentialRefusal(one)).toBe(false);
});

test("a chain without an end ends", () => {
  let asked = 0;
  const endless = (): object => ({
    get cause() {
      asked++;
      return endless();
    },
    errors: Array.from({ length: 10_000 }, () => ({})),
  });
  expect(isCredentialRefusal(endless())).toBe(false);
  expect(asked).toBeLessThan(1_000);
});
