import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pythonEnvironment } from "../../../scripts/machine/python-environment";

test("what is used is compiled once, also where Python is told not to keep it", async () => {
  const requirements = join(mkdtempSync(join(tmpdir(), "python-")), "requirements.txt");
  writeFileSync(requirements, `# Nothing, for process ${process.pid}.\n`);
  const python = await pythonEnvironment(requirements);
  const environment = dirname(dirname(python));
  try {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
    const words = ["-c", 'import sysconfig; print(sysconfig.get_path("purelib"))'];
    const packages = execFileSync(python, words, { encoding: "utf8", env }).trim();
    writeFileSync(join(packages, "own.py"), "");
    execFileSync(python, ["-c", "import own"], { env });
    expect(readdirSync(join(packages, "__pycache__"))).toEqual([expect.stringMatching(/^own\..*\.pyc$/)]);
  } finally {
    rmSync(environment, { recursive: true });
  }
});
