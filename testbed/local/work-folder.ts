import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isRunning } from "../../scripts/support/processes";

const ROOT = join(__dirname, "..", "..", ".local", "run");
/** Marks the folder as one that a run made. It holds the run's process id, and nothing once the run is over. */
const OWNER = "pid";

/** An empty folder for a run. What the last run left there, its logs above all, stays until now. */
export async function freshWorkFolder(directory: string = ROOT): Promise<string> {
  const names = await readdir(directory).catch((): string[] => []);
  if (names.length > 0 && !names.includes(OWNER))
    throw new Error(
      `a local run empties its work folder, and ${directory} is not one: it has ${names.length} files and no ` +
        `file "${OWNER}"; move them away`,
    );
  const pid = Number(await readFile(join(directory, OWNER), "utf8").catch(() => "0"));
  if (pid > 0 && pid !== process.pid && isRunning(pid)) {
    throw new Error(`another local run (process ${pid}) uses ${directory}: wait for it or stop it`);
  }
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, OWNER), String(process.pid));
  return directory;
}

/** Says that nobody uses the folder any more. */
export async function releaseWorkFolder(directory: string): Promise<void> {
  await writeFile(join(directory, OWNER), "");
}
