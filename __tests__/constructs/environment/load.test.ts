import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentJsonSchema, loadEnvironment } from "../../../constructs/environment";
import { changed, load, problems, refusal } from "../../support/environment-files";
import { projectRoot, shippedEnvironments, shippedSettings } from "./support/shipped-settings";

const dev = shippedSettings("dev");

describe("the file", () => {
  test("must be JSON", () => {
    expect(problems('{\n  "account": "1",\n  "region" "x"\n}\n')).toEqual([
      {
        path: "",
        rule: "must be JSON",
        got: "a syntax error in line 3",
        fix: "correct the syntax; comments and trailing commas are not JSON",
      },
    ]);
  });

  test("must be JSON to its end", () => {
    expect(problems('{ "account": ')).toMatchObject([{ rule: "must be JSON" }]);
  });

  test.each([
    [
      "a byte order mark in front of it",
      `\uFEFF${JSON.stringify(dev)}`,
      "save the file as UTF-8 without one",
    ],
    ["an empty file", " \n", "start from a copy of environments/dev.json"],
  ])("must be JSON, not %s", (got, content, fix) => {
    expect(problems(content)).toEqual([{ path: "", rule: "must be JSON", got, fix }]);
  });

  test.each([
    ["lists", "[".repeat(100_000) + "]".repeat(100_000)],
    ["objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
    ["a setting", JSON.stringify({ ...dev, tags: JSON.parse("[".repeat(32) + "]".repeat(32)) })],
  ])("must not be nested deeply: %s", (_, content) => {
    expect(problems(content)).toEqual([
      {
        path: "",
        rule: "must not be nested deeper than 32 levels",
        got: "more levels",
        fix: "remove the inner ones",
      },
    ]);
  });

  test("is read to 32 levels", () => {
    expect(problems({ ...dev, tags: JSON.parse("[".repeat(31) + "]".repeat(31)) })).toMatchObject([
      { path: "tags" },
    ]);
  });

  test.each([
    ['{ "account": "1", "account": "2" }', "account", 1],
    ['{\n"network": { "kind": "created", "zones": [],\n"kind": "adopted" } }', "network.kind", 3],
    ['{ "secrets": [{ "name": "a" }, { "user": ",{", "us\\u0065r": "c" }] }', "secrets[1].user", 1],
    ['{ "tags": { "a\\"b": "x", "a\\"b": "y" } }', 'tags["a\\"b"]', 1],
  ])("must not have a key twice: %s", (content, path, line) => {
    expect(problems(content)).toContainEqual({
      path,
      rule: "must be there once",
      got: `the key again in line ${line}`,
      fix: "remove one of them",
    });
  });

  test("may have a key in several places", () => {
    const repeated = problems('{ "a": { "a": [{ "a": "a" }, { "a": "a,a" }] }, "b": "\\"a\\": {" }');
    expect(repeated).not.toContainEqual(expect.objectContaining({ rule: "must be there once" }));
  });

  test("does not end up in the message with its content when it is not JSON", () => {
    expect(refusal(() => load('{ "password": "hunter2"')).message).not.toContain("hunter2");
  });

  test.each([[[]], ["text"], [null], [7]])("must be an object, not %j", (content) => {
    expect(problems(JSON.stringify(content))).toMatchObject([{ path: "", rule: "must be an object" }]);
  });

  test("is named in the message, relative to the project", () => {
    expect(refusal(() => load({ ...dev, account: "1" })).message).toMatch(
      /^environments\/dev\.json has 1 problem:\n\n {2}account\n {4}rule {2}must be an AWS account id/,
    );
  });
});

describe("all problems", () => {
  test("are reported at once, each with its path", () => {
    const broken = changed(dev, {
      account: "1",
      "network.zones": ["us-east-1a", "us-east-1b"],
      "databases.main.instances": 16,
      "secrets[0].schedule": "rate(1 hour)",
      "functions[0].secrets[0]": "billing",
      retention: 1,
    });
    expect(new Set(problems(broken).map(({ path }) => path))).toEqual(
      new Set([
        "account",
        "network.zones[0]",
        "network.zones[1]",
        "databases.main.instances",
        "secrets[0].schedule",
        "functions[0].secrets[0]",
        "",
      ]),
    );
  });

  test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    [
      "secrets",
      {
        "secrets[0].strategy": "none",
        "secrets[1]": { name: "report", user: "rdsadmin", strategy: "single-user" },
        "secrets[2]": { name: "report", user: "report", strategy: "single-user" },
      },
      ["secrets[0].strategy", "secrets[1].user", "secrets[2].name"],
    ],
    [
      "functions",
      {
        "functions[0].runtime": "cobol",
        "functions[1]": { name: "rotation", code: "lambda/samples/orders", secrets: ["orders"] },
        "functions[2]": { name: "billing", code: "lambda/samples/orders", secrets: ["billing"] },
      },
      ["functions[0].runtime", "functions[1].name", "functions[2].secrets[0]"],
    ],
    [
      "deployers",
      { deployers: ["deployer", "arn:aws:iam::999999999999:role/deployer"] },
      ["deployers[0]", "deployers[1]"],
    ],
    [
      "databases",
      {
        "databases.main.port": 1,
        "databases.other": { ...dev.databases.main, engine: "aurora-mysql" },
        "secrets[0].database": "main",
      },
      ["databases.main.port", "databases.other.engineVersion"],
    ],
    [
      "secrets that a function reads",
      { "secrets[0].strategy": "none", "functions[0].name": "Orders" },
      ["secrets[0].strategy", "functions[0].name"],
    ],
  ])("are found in right entries beside a wrong one: %s", (_, change, paths) => {
    expect(
      problems(changed(dev, change))
        .map(({ path }) => path)
        .sort(),
    ).toEqual(paths.sort());
  });

  test("are listed for a certificate authority too", () => {
    const broken = changed(dev, { account: "1", "databases.main.certificateAuthorityFile": "gone.pem" });
    expect(problems(broken).map(({ path }) => path)).toEqual([
      "account",
      "databases.main.certificateAuthorityFile",
    ]);
  });
});

describe("an unknown key", () => {
  test("is refused with the nearest known one", () => {
    expect(problems(changed(dev, { Databses: {} }))).toEqual([
      {
        path: "",
        rule: expect.stringMatching(/^only these keys are known here: .*\bdatabases\b/),
        got: '"Databses"',
        fix: 'remove "Databses", or write "databases"',
      },
    ]);
  });

  test.each([
    ["network", "zone", "zones"],
    ["databases.main", "instanses", "instances"],
    ["databases.main.capacity", "maxAcus", "maxAcu"],
    ["secrets[0]", "scheduel", "schedule"],
    ["secrets[0].grants[0]", "privilege", "privileges"],
    ["state", "kinds", "kind"],
    ["functions[0]", "secret", "secrets"],
    ["rotation", "timeout", "timeoutSeconds"],
  ])("of %s is refused too: %s", (section, key, suggestion) => {
    expect(problems(changed(dev, { [`${section}.${key}`]: 1 }))).toMatchObject([
      { path: section, got: `"${key}"`, fix: `remove "${key}", or write "${suggestion}"` },
    ]);
  });

  test("like no known one is refused without a suggestion", () => {
    expect(problems(changed(dev, { colour: "red" }))).toMatchObject([
      { got: '"colour"', fix: 'remove "colour"' },
    ]);
  });

  test.each([
    "password",
    "secrets[0].password",
    "databases.main.masterPassword",
    "network.token",
    "rotation.key",
  ])("may hold a secret, so its value is not shown: %s", (path) => {
    expect(refusal(() => load(changed(dev, { [path]: "hunter2" }))).message).not.toContain("hunter2");
  });
});

describe("what is loaded", () => {
  test("is the environment that is asked for, whatever ENVIRONMENT says", () => {
    const variables = { ENVIRONMENT: "dev" };
    expect(loadEnvironment("prod", { root: projectRoot, variables }).name).toBe("prod");
  });

  test("is asked for by a name that exists", () => {
    expect(
      refusal(() => loadEnvironment("production", { root: projectRoot, variables: {} })).problems,
    ).toEqual([
      {
        path: "loadEnvironment",
        rule: "must name a file of environments/ or be the path of one",
        got: '"production"',
        fix: `name one of ${shippedEnvironments.join(", ")}`,
      },
    ]);
  });

  test("cannot be changed, to its depths", () => {
    const unfrozen = (value: unknown): boolean =>
      value !== null &&
      typeof value === "object" &&
      (!Object.isFrozen(value) || Object.values(value).some(unfrozen));
    expect(unfrozen(load(dev))).toBe(false);
  });

  test("has the defaults, which are the safe ones", () => {
    const { region: _, logRetentionDays: __, secretRecoveryDays: ___, ...settings } = dev;
    const bare = changed(settings, {
      "network.zones": ["ap-northeast-2a", "ap-northeast-2c"],
      "databases.main.deletionProtection": undefined,
      "databases.main.finalSnapshot": undefined,
      "databases.main.backupRetentionDays": undefined,
      "databases.main.keepAutomatedBackups": undefined,
    });
    expect(load(bare)).toMatchObject({
      region: "ap-northeast-2",
      deployers: [],
      planners: [],
      logRetentionDays: 365,
      secretRecoveryDays: 30,
      databases: {
        main: {
          superuserName: "dbadmin",
          deletionProtection: true,
          finalSnapshot: true,
          keepAutomatedBackups: true,
          awsBackup: false,
          extendedSupport: false,
        },
      },
      secrets: [{ schedule: "rate(7 days)", groupRoles: [] }],
      rotation: { runtime: "nodejs24.x", immediately: true, timeoutSeconds: 60, memoryMegabytes: 256 },
    });
  });

  test("does not know $schema", () => {
    expect(load(dev)).not.toHaveProperty("$schema");
  });
});

describe("the JSON Schema", () => {
  const file = join(projectRoot, "environments", "schema.json");

  test("is the one that editors use (after a change: npm run schema)", () => {
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(environmentJsonSchema());
  });

  test("describes every setting", () => {
    expect(
      settingsOf(environmentJsonSchema() as JsonSchema).filter(([, { description }]) => !description),
    ).toEqual([]);
  });

  test.each(shippedEnvironments)("is named by %s.json", (name) => {
    expect(shippedSettings(name).$schema).toBe("./schema.json");
  });
});

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
}

/** Every setting below a schema, but for those that tell kinds apart. */
function settingsOf({
  properties = {},
  oneOf = [],
  items,
  additionalProperties,
}: JsonSchema): [string, JsonSchema][] {
  const entries = typeof additionalProperties === "object" ? [additionalProperties] : [];
  return [
    ...Object.entries(properties).filter(([, setting]) => !("const" in setting)),
    ...[...Object.values(properties), ...oneOf, ...(items ? [items] : []), ...entries].flatMap(settingsOf),
  ];
}
