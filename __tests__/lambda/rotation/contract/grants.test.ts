import { parseGrants } from "../../../../lambda/rotation/contract/grants";

test("one grant of each kind is understood", () => {
  expect(
    parseGrants([
      "CONNECT+TEMPORARY:database",
      "USAGE:schema:public",
      "SELECT+INSERT:tables:order-data",
      "USAGE+SELECT:sequences:public",
    ]),
  ).toEqual({
    problems: [],
    grants: [
      { on: "database", privileges: ["CONNECT", "TEMPORARY"] },
      { on: "schema", schema: "public", privileges: ["USAGE"] },
      { on: "tables", schema: "order-data", privileges: ["SELECT", "INSERT"] },
      { on: "sequences", schema: "public", privileges: ["USAGE", "SELECT"] },
    ],
  });
});

test("a privilege that is named twice counts once", () => {
  expect(parseGrants(["SELECT+SELECT:tables:a"]).grants).toEqual([
    { on: "tables", schema: "a", privileges: ["SELECT"] },
  ]);
});

test.each([
  ["SELECT", "expected PRIVILEGES:database|schema|tables|sequences[:SCHEMA]"],
  ["SELECT:toString:a", "expected PRIVILEGES:"],
  ["SELECT:TABLES:a", "expected PRIVILEGES:"],
  ["select:tables:a", 'tables takes SELECT+INSERT+UPDATE+DELETE+TRUNCATE+REFERENCES+TRIGGER, not "select"'],
  ["ALL:tables:a", 'not "ALL"'],
  [":tables:a", 'not ""'],
  ["SELECT+:tables:a", 'not ""'],
  ["USAGE:database", "database takes CONNECT+CREATE+TEMPORARY"],
  ["CONNECT:database:app", "database takes no name"],
  ["USAGE:schema", "schema takes exactly one schema"],
  ["USAGE:schema:", "schema takes exactly one schema"],
  ["USAGE:schema:a:b", "schema takes exactly one schema"],
  ["USAGE:schema:pg_catalog", "a system schema cannot be granted"],
  ["SELECT:tables:information_schema", "a system schema cannot be granted"],
  [`USAGE:schema:${"x".repeat(64)}`, "a schema name has at most 63 bytes"],
])("%s is a problem", (word, problem) => {
  const { grants, problems } = parseGrants([word]);
  expect(grants).toEqual([]);
  expect(problems).toEqual([expect.stringContaining(problem)]);
});
