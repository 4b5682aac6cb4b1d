import { chooseDatabases } from "../../../../testbed/local/databases/choice";
import type { DatabaseProduct } from "../../../../testbed/local/databases/local-database";
import { loadLocalEnvironment } from "../../../../testbed/local/run-environment";

const product = (name: string, hint?: string): DatabaseProduct => ({
  name,
  howToInstall: () => hint,
  start: () => Promise.reject(new Error("not here")),
});
const ENVIRONMENT = loadLocalEnvironment();
const postgres = product("PostgreSQL");
const both = { "aurora-postgresql": postgres, "aurora-mysql": product("MariaDB") };
const one = { "aurora-postgresql": postgres, "aurora-mysql": product("MariaDB", "install it") };

test("every database takes part where this machine has a server for each", () => {
  expect(chooseDatabases(ENVIRONMENT, both, {})).toEqual({
    chosen: [
      { name: "main", databaseName: "app", superuserName: "dbadmin", product: postgres },
      {
        name: "billing",
        databaseName: "billing",
        superuserName: "dbadmin",
        product: both["aurora-mysql"],
      },
    ],
    leftOut: [],
  });
});

test("a database without a server is left out, in one line with what to install", () => {
  const { chosen, leftOut } = chooseDatabases(ENVIRONMENT, one, {});

  expect(chosen.map(({ name }) => name)).toEqual(["main"]);
  expect(leftOut).toEqual(["the database billing is left out, because MariaDB is not here; install it"]);
});

test("in CI, a missing server is an error", () => {
  expect(() => chooseDatabases(ENVIRONMENT, one, { CI: "true" })).toThrow(
    "nothing may be left out where CI is set: the database billing is left out, because MariaDB is not here; install it",
  );
  expect(chooseDatabases(ENVIRONMENT, both, { CI: "true" }).chosen).toHaveLength(2);
});
