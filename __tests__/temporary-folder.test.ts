import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A run after a run, as `jest --watch` has them, with where temporary folders are made: before, in and after each. */
const TWO_RUNS = `
const { tmpdir } = require("node:os");
const setup = require("./__tests__/support/temporary-folder-setup").default;
const teardown = require("./__tests__/support/temporary-folder-teardown").default;
const places = [tmpdir()];
for (const step of [setup, teardown, setup, teardown]) {
  step();
  places.push(tmpdir());
}
console.log(JSON.stringify(places));
`;

test("each run has a temporary folder of its own, and nothing of it stays", () => {
  const TMPDIR = mkdtempSync(join(tmpdir(), "runs-"));
  // A process of its own: in a test, Node does not see another TMPDIR.
  const output = execFileSync(process.execPath, ["--require", "tsx/cjs", "--eval", TWO_RUNS], {
    cwd: join(__dirname, ".."),
    env: { ...process.env, TMPDIR },
    encoding: "utf8",
  });

  const [before, first, between, second, after] = JSON.parse(output);
  expect([before, between, after]).toEqual([TMPDIR, TMPDIR, TMPDIR]);
  expect(first).toContain(join(TMPDIR, "lambda-secrets-tests-"));
  expect(second).not.toBe(first);
  expect(readdirSync(TMPDIR).filter((name) => name.startsWith("lambda-secrets"))).toEqual([]);
  rmSync(TMPDIR, { recursive: true });
});
