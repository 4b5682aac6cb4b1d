import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CommandFailed, run } from "../support/processes";
import { makeOnce } from "./made-once";

/** Another one for each way in which environments are made. */
const RECIPE = "3";
const CACHE = join(__dirname, "..", "..", ".cache");

/** The lowest Python that the pinned packages run on. */
export const MINIMUM_PYTHON = [3, 10] as const;

export const PYTHON_HINT =
  "install Python 3.10 or newer with its venv module (Debian, Ubuntu: apt install python3 python3-venv; " +
  "macOS: brew install python)";

/**
 * The Python of a virtual environment with exactly the packages of a requirements.txt, by their hashes. It is made
 * once, in a folder named after the content of that file.
 */
export async function pythonEnvironment(
  requirements: string,
  onFirstUse: () => void = () => {},
): Promise<string> {
  const directory = await environmentFolder(requirements);
  const python = pythonIn(directory);
  if (existsSync(python)) return python;

  onFirstUse();
  await makeOnce(directory, (unfinished) => install(unfinished, requirements));
  return python;
}

async function environmentFolder(requirements: string): Promise<string> {
  const version = await pythonVersion();
  const content = await readFile(requirements);
  const key = createHash("sha256").update(RECIPE).update(version).update(content).digest("hex").slice(0, 16);
  return join(CACHE, `${basename(dirname(requirements))}-${key}`);
}

function pythonIn(directory: string): string {
  return join(directory, "bin", "python");
}

async function install(directory: string, requirements: string): Promise<void> {
  try {
    await run("python3", ["-m", "venv", directory]);
  } catch (error) {
    throw new Error(`python3 cannot make a virtual environment: ${PYTHON_HINT}`, { cause: error });
  }
  // Every package is listed, and most modules are never used: looking for more and compiling all takes half the time.
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"];
  try {
    await run(pythonIn(directory), [...pip, "--require-hashes", "--requirement", requirements]);
  } catch (error) {
    const reason = error instanceof CommandFailed ? error.output.trim().split("\n").at(-1) : String(error);
    throw new Error(`pip could not install ${requirements}: ${reason}`);
  }
  await keepCompiled(directory);
}

/**
 * What is used is compiled once, also where PYTHONDONTWRITEBYTECODE is set: that takes half of checkov's time. All of
 * it is kept in the environment's folder, that of our own programs too.
 */
async function keepCompiled(directory: string): Promise<void> {
  const words = ["-c", 'import sysconfig; print(sysconfig.get_path("purelib"))'];
  const { stdout } = await run(pythonIn(directory), words);
  const file = join(stdout.trim(), "keep-compiled.pth");
  const settings = 'sys.dont_write_bytecode = False; sys.pycache_prefix = sys.prefix + "/compiled"';
  await writeFile(file, `import sys; ${settings}\n`);
}

async function pythonVersion(): Promise<string> {
  const { stdout } = await run("python3", ["--version"]).catch(() => {
    throw new Error(`python3 was not found: ${PYTHON_HINT}`);
  });
  const [major = 0, minor = 0] = stdout
    .replace(/^Python /, "")
    .split(".")
    .map(Number);
  if (major < MINIMUM_PYTHON[0] || (major === MINIMUM_PYTHON[0] && minor < MINIMUM_PYTHON[1])) {
    throw new Error(`python3 is ${stdout.trim()}, too old: ${PYTHON_HINT}`);
  }
  return stdout.trim();
}
