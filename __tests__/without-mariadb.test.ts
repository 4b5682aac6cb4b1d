import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** What Jest says of MariaDB's own tests, and of others beside them, on a machine without it. */
function testedWithout(
  CI: string,
  ...others: readonly string[]
): { readonly status: number | null; readonly output: string } {
  const jest = join(__dirname, "..", "node_modules", "jest", "bin", "jest.js");
  const args = [jest, "--maxWorkers=2", "testbed/mysql/mariadb.test.ts", ...others];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: join(__dirname, ".."),
    env: { ...process.env, PATH: "/nowhere", CI },
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

const HOW_TO_GET_IT = "MariaDB's tests cannot run, none is here: install MariaDB's server";

test("without MariaDB its tests are skipped, and say what to install", () => {
  const { status, output } = testedWithout("");

  expect(status).toBe(0);
  expect(output).toContain(HOW_TO_GET_IT);
  expect(output).toMatch(/Tests: +1 skipped, 1 total/);
});

test("among others, whose results Jest shows, a file of skipped tests says why, too", () => {
  const { output } = testedWithout("", "testbed/aws/aws-settings.test.ts");

  expect(output).toMatch(/Test Suites: 1 skipped, 1 passed/);
  expect(output).toContain(HOW_TO_GET_IT);
});

test("in CI they fail instead, so that nobody loses them unseen", () => {
  const { status, output } = testedWithout("true");

  expect(status).toBe(1);
  expect(output).toContain(HOW_TO_GET_IT);
});
