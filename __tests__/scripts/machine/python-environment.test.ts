import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pythonEnvironment } from "../../../scripts/machine/python-environment";

test("what is used is compiled once, also where Python is told not to keep it", async () => {
  const requirements = join(mkdtempSync(join(tmpdir(), "python-")), "requirements.txt");
  writeFileSync(requirements, `# Nothing, for process ${process.pid}.\n`);
  const python = await pythonEnvironment(requirements);
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const words = ["-c", "import sys; print(sys.dont_write_bytecode)"];
  expect(execFileSync(python, words, { encoding: "utf8", env })).toBe("False\n");
  rmSync(dirname(dirname(python)), { recursive: true });
});
