import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./support/shipped";

const listed = execFileSync("git", ["ls-files", "*.ts", "*.mjs"], { cwd: projectRoot, encoding: "utf8" });
/** Titles of tests are sentences, which the formatter keeps on a line. */
const sources = listed.split("\n").filter((path) => path !== "" && !path.startsWith("__tests__/"));

test("lines of source files have at most 120 characters, but for imports", () => {
  expect(sources.length).toBeGreaterThan(200);
  const long = sources.flatMap((path) =>
    readFileSync(join(projectRoot, path), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        line.length > 120 && !line.startsWith("import ") ? [`${path}:${index + 1}`] : [],
      ),
  );
  expect(long).toEqual([]);
});
