import { chooseDatabases } from "../../../../testbed/local/databases/choice";
import type { DatabaseProduct } from "../../../../testbed/local/databases/local-database";

const product = (name: string, hint?: string): DatabaseProduct => ({
  name,
  howToInstall: () => hint,
  start: () => Promise.reject(new Error("not here")),
});
const ENVIRONMENT = {
  databases: { main: { engine: "aurora-postgresql" }, billing: { engine: "aurora-mysql" } },
} as const;
const postgres = product("PostgreSQL");
const both = { "aurora-postgresql": postgres, "aurora-mysql": product("MariaDB") };
const one = { "aurora-postgresql": postgres, "aurora-mysql": product("MariaDB", "install it") };

test("every database takes part where this machine has a server for each", () => {
  expect(chooseDatabases(ENVIRONMENT, both, {})).toEqual({
    names: ["main", "billing"],
    products: ["PostgreSQL", "MariaDB"],
    leftOut: [],
  });
});

test("a database without a server is left out, in one line with what to install", () => {
  expect(chooseDatabases(ENVIRONMENT, one, {})).toEqual({
    names: ["main"],
    products: ["PostgreSQL"],
    leftOut: ["the database billing is left out, because MariaDB is not here; install it"],
  });
});

test("in CI, a missing server is an error", () => {
  expect(() => chooseDatabases(ENVIRONMENT, one, { CI: "true" })).toThrow("MariaDB is not here; install it");
  expect(chooseDatabases(ENVIRONMENT, both, { CI: "true" }).names).toEqual(["main", "billing"]);
});
