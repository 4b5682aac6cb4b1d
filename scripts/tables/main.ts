import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pythonEnvironment } from "../machine/python-environment";
import { run } from "../support/processes";

const ROOT = join(__dirname, "..", "..");
const FILE = join(ROOT, "constructs", "regions", "published.ts");

/** Writes what AWS publishes, as the packages of requirements.in have it. */
async function main(): Promise<void> {
  const python = await pythonEnvironment(join(__dirname, "requirements.txt"));
  const { stdout } = await run(python, [join(__dirname, "published.py")]);
  const [comment, value] = [
    "/** Written by `npm run tables`. `read`: when cfn-lint had it from AWS. */",
    stdout.trim(),
  ];
  await writeFile(FILE, `${comment}\nexport const PUBLISHED = ${value} as const;\n`);
  await run(process.execPath, [require.resolve("@biomejs/biome/bin/biome"), "format", "--write", FILE], {
    cwd: ROOT,
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
