import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pythonEnvironment } from "../../../scripts/machine/python-environment";

test("what is used is compiled once, also where Python is told not to, and kept in the environment alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "python-"));
  const requirements = join(folder, "requirements.txt");
  writeFileSync(requirements, `# Nothing, for process ${process.pid}.\n`);
  const python = await pythonEnvironment(requirements);
  const environment = dirname(dirname(python));
  try {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
    writeFileSync(join(folder, "own.py"), "");
    writeFileSync(join(folder, "program.py"), "import own");
    execFileSync(python, [join(folder, "program.py")], { env });
    expect(readdirSync(folder).sort()).toEqual(["own.py", "program.py", "requirements.txt"]);
    const compiled = readdirSync(join(environment, "compiled"), { recursive: true, encoding: "utf8" });
    expect(compiled.filter((path) => /\bown\..*\.pyc$/.test(path))).toHaveLength(1);
  } finally {
    rmSync(environment, { recursive: true });
  }
});
