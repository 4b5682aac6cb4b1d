import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "..");

test("what the user works on does not reach the tests", () => {
  const own = { ENVIRONMENT: "prod", SECRET_BACKEND: "vault", CDKTF_OUTDIR: "/elsewhere" };
  Object.assign(process.env, own);

  jest.isolateModules(() => require("../jest.config.js"));

  expect(Object.keys(own).filter((name) => name in process.env)).toEqual([]);
});

test.each([
  ["lambda/rotation/contract/grants.ts", "__tests__/lambda/rotation/contract/grants.test.ts"],
  ["constructs/environment/values/cron.ts", "__tests__/constructs/environment/values/schedule.test.ts"],
  ["constructs/platform.ts", "__tests__/main.test.ts"],
])("jest finds the tests of %s", (source, test) => {
  const jest = [require.resolve("jest/bin/jest"), "--listTests", "--findRelatedTests", source];

  const found = execFileSync(process.execPath, jest, { cwd: root, encoding: "utf8" }).split("\n");

  expect(found).toContain(join(root, test));
});

test.each(["node_modules", "dist", "cdktf.out", "cdktf.out.staging", ".cache", ".local", ".git"])(
  "jest does not crawl %s",
  (folder) => {
    const [pattern = ""] = require("../jest.config.js").modulePathIgnorePatterns;
    const ignored = new RegExp(pattern.replace("<rootDir>", root));

    expect([join(root, folder), join(root, folder, "file.js")].filter((path) => !ignored.test(path))).toEqual(
      [],
    );
    expect(ignored.test(join(root, "lambda", folder))).toBe(false);
  },
);
