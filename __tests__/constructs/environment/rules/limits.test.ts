import { changed, load, problems } from "../../../support/environment-files";
import type { Attributes } from "../../../support/template";
import { shippedSettings } from "../support/shipped-settings";
import { vault } from "../support/vault-settings";

const dev = shippedSettings("dev");

/** `dev` with so many secrets, that functions read in turn, each at most so many. */
function grown(secrets: number, perFunction = secrets, strategy = "single-user"): Attributes {
  const names = Array.from({ length: secrets }, (_, index) => `orders-${index}`);
  const functions = Array.from({ length: Math.ceil(secrets / perFunction) }, (_, index) => ({
    name: `reader-${index}`,
    code: "lambda/samples/orders",
    secrets: names.slice(index * perFunction, (index + 1) * perFunction),
  }));
  return changed(dev, {
    secrets: names.map((name) => ({ name, user: name, strategy })),
    functions,
  });
}

const many = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `arn:aws:iam::111122223333:role/${name}-${index}`);

const MYSELF = "arn:aws:iam::111122223333:role/deployer-0";

describe("secrets that one function reads", () => {
  test.each([
    ["single-user", 1],
    ["single-user", 30],
    ["alternating-users", 27],
  ])("%s: %d fit", (strategy, count) => {
    expect(load(grown(count, count, strategy)).secrets).toHaveLength(count);
  });

  test.each([
    ["single-user", 1_000, "223,074", 40],
    ["alternating-users", 30, "11,024", 27],
  ])("%s: of %d, the policies of the role are the first limit that is met", (strategy, count, takes, fit) => {
    const rule =
      "the policies of the function's role may have 10,240 characters, and would have " +
      `${takes} with ${count} secrets`;
    expect(problems(grown(count, count, strategy))).toMatchObject([
      {
        path: "functions[0].secrets",
        rule,
        fix: `have several functions read them; the first ${fit} fit here`,
      },
    ]);
  });

  test("meet no limit where they are in Vault alone", () => {
    expect(load(changed(grown(1_000), { backends: ["vault"], vault })).secrets).toHaveLength(1_000);
  });

  test("are as many files of Vault's extension as its variables have room for", () => {
    const files = { backends: ["vault"], vault: { ...vault, extension: { delivery: "file" } } };
    expect(load(changed(grown(30), files)).secrets).toHaveLength(30);
    expect(problems(changed(grown(40), files))).toMatchObject([
      {
        path: "functions[0].secrets",
        rule: expect.stringContaining("variables: at most 3200 bytes together, have "),
        fix: 'have several functions read them, or write "proxy" for vault.extension.delivery',
      },
    ]);
  });
});

test("a thousand secrets of a database meet no limit where functions share them", () => {
  expect(load(changed(grown(1_000, 25), { operations: {} })).functions).toHaveLength(40);
});

test("quotas that AWS raises on request are no limit", () => {
  const databases = Array.from({ length: 61 }, (_, index) => [`database-${index}`, dev.databases.main]);
  const grown = {
    databases: Object.fromEntries(databases),
    "secrets[0].database": "database-0",
    operations: {},
  };
  expect(Object.keys(load(changed(dev, grown)).databases)).toHaveLength(61);
});

test("deployers and planners fit into the policy of a secret", () => {
  expect(load(changed(dev, { deployers: many(200, "deployer") })).deployers[0]).toBe(MYSELF);
  const [problem] = problems(
    changed(dev, { deployers: many(200, "deployer"), planners: many(50, "planner") }),
  );
  expect(problem).toMatchObject({
    path: "deployers",
    rule: expect.stringMatching(
      /^the policy of a secret may have 20,480 characters, and would have 2\d,\d{3} with these deployers and planners$/,
    ),
    fix: "have them assume one role, and name that",
  });
});
