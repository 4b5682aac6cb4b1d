import { spawnSync } from "node:child_process";
import { join } from "node:path";

jest.setTimeout(60_000);

/** What Jest says of MariaDB's own tests on a machine without it. */
function testedWithout(CI: string): { readonly status: number | null; readonly output: string } {
  const jest = join(__dirname, "..", "node_modules", "jest", "bin", "jest.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [jest, "testbed/mysql/mariadb.test.ts"], {
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

test("in CI they fail instead, so that nobody loses them unseen", () => {
  const { status, output } = testedWithout("true");

  expect(status).toBe(1);
  expect(output).toContain(HOW_TO_GET_IT);
});
