import fs, { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadEnvironment } from "../../../../constructs/environment";
import { changed, environmentFolder, refusal } from "../../../support/environment-files";
import { shippedSettings } from "../support/shipped-settings";

const dev = shippedSettings("dev");
const root = environmentFolder({ "dev.json": dev, "prod.json": changed(dev, { namePrefix: "other" }) });
const choose = "name one of dev, prod";

function load(selected?: string) {
  return loadEnvironment(undefined, { root, variables: { ENVIRONMENT: selected } });
}

function problemsOf(selected: string) {
  return refusal(() => load(selected)).problems;
}

/** A folder outside of `environments/`. */
function elsewhere(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), "elsewhere-"));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
  return folder;
}

test("environments/dev.json is read if nothing else is asked for", () => {
  expect(load()).toMatchObject({ name: "dev", namePrefix: "secrets-dev" });
});

test("ENVIRONMENT names a file of environments/", () => {
  expect(load("prod")).toMatchObject({ name: "prod", namePrefix: "other" });
});

test.each([
  ["relative to the project", "environments/prod.json"],
  ["absolute", join(root, "environments", "prod.json")],
  ["elsewhere", join(elsewhere({ "staging.json": dev }), "staging.json")],
])("ENVIRONMENT may be a path: %s", (_, path) => {
  expect(load(path).name).toMatch(/^(prod|staging)$/);
});

test.each(["staging", "schema", "environments/schema.json", "environments", "environments/dev"])(
  "the file must exist: %s",
  (selected) => {
    const [problem] = problemsOf(selected);
    expect(problem).toMatchObject({ path: "ENVIRONMENT", got: expect.stringContaining(`"${selected}"`) });
  },
);

test.each(["prd", "pro", "environments/prd.json"])(
  "of %s, the nearest name is named beside all",
  (selected) => {
    expect(problemsOf(selected)).toMatchObject([{ fix: `write "prod", or ${choose}` }]);
  },
);

test("ENVIRONMENT=schema is no environment although there is a file of that name", () => {
  const folder = environmentFolder({ "dev.json": dev, "schema.json": dev });
  const { problems } = refusal(() =>
    loadEnvironment(undefined, { root: folder, variables: { ENVIRONMENT: "schema" } }),
  );
  expect(problems).toEqual([
    {
      path: "ENVIRONMENT",
      rule: "must name a file of environments/ or be the path of one",
      got: '"schema"',
      fix: "name one of dev",
    },
  ]);
});

test("an empty ENVIRONMENT is a variable that somebody forgot to set, and not dev", () => {
  expect(problemsOf("")).toEqual([
    { path: "ENVIRONMENT", rule: "must not be empty", got: '""', fix: `leave it out for dev, or ${choose}` },
  ]);
});

test.each([
  ["Dev", `write "dev", or ${choose}`],
  ["PROD", `write "prod", or ${choose}`],
  ["Staging", choose],
  ["1st", choose],
  ["a_b", choose],
  ["dev ", `write "dev", or ${choose}`],
  ["a".repeat(65), choose],
  ["./A.json", "rename the file"],
])("a name must be fit for stacks, not %s", (selected, fix) => {
  expect(problemsOf(selected)).toEqual([
    {
      path: "ENVIRONMENT",
      rule: "an environment's name starts with a letter and holds at most 64 lower-case letters, digits and hyphens",
      got: JSON.stringify(selected),
      fix,
    },
  ]);
});

test("a name may have 64 characters", () => {
  const name = "a".repeat(64);
  expect(load(join(elsewhere({ [`${name}.json`]: dev }), `${name}.json`)).name).toBe(name);
});

describe("a file that cannot be read is one problem", () => {
  const folder = elsewhere({ "file.json": dev });
  mkdirSync(join(folder, "folder.json"));
  symlinkSync("loop.json", join(folder, "loop.json"));

  test.each([
    [join(folder, "folder.json"), "is not a file", "name a file"],
    [join(folder, "loop.json"), "symbolic links lead in a circle", "correct the links"],
    [join(folder, `${"x".repeat(300)}/dev.json`), "the path is too long", "shorten it"],
  ])("%s", (selected, cause, fix) => {
    expect(problemsOf(selected)).toEqual([
      {
        path: "ENVIRONMENT",
        rule: "must be a file that can be read",
        got: expect.stringMatching(new RegExp(`: ${cause}$`)),
        fix,
      },
    ]);
  });

  test.each([
    ["EACCES", "permission denied", "allow yourself to read it and the folders on the way"],
    ["ENOTDIR", "part of the path is no folder", "correct the path"],
    ["EIO", "EIO", "name a file that can be read"],
  ])("%s", (code, cause, fix) => {
    const spy = jest.spyOn(fs, "readFileSync").mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
    try {
      expect(problemsOf("dev")).toMatchObject([{ got: `"dev": ${cause}`, fix }]);
    } finally {
      spy.mockRestore();
    }
  });

  test("a path through a file", () => {
    expect(problemsOf(join(folder, "file.json", "dev.json"))).toHaveLength(1);
  });
});

describe("a file elsewhere with the name of one in environments/", () => {
  test("is refused, because both would have the same state files", () => {
    expect(
      problemsOf(join(elsewhere({ "dev.json": changed(dev, { account: "1" }) }), "dev.json")),
    ).toMatchObject([
      {
        path: "",
        rule: "there is a file environments/dev.json too, and both would have the same stacks and state files",
        got: '"dev.json"',
        fix: "rename the file",
      },
      { path: "account" },
    ]);
  });

  test("is accepted with an emulator, whose runs keep their state apart", () => {
    const local = shippedSettings("local");
    expect(load(join(elsewhere({ "dev.json": local }), "dev.json")).name).toBe("dev");
  });

  test("is accepted if it is a link to it", () => {
    const folder = elsewhere({});
    symlinkSync(join(root, "environments", "dev.json"), join(folder, "dev.json"));
    expect(load(join(folder, "dev.json")).name).toBe("dev");
  });
});
