import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..", ".local", "run");

/** An empty folder for a run. What the last run left there, its logs above all, stays until now. */
export async function freshWorkFolder(directory: string = ROOT): Promise<string> {
  const owner = join(directory, "pid");
  const pid = Number(await readFile(owner, "utf8").catch(() => "0"));
  if (pid > 0 && pid !== process.pid && isRunning(pid)) {
    throw new Error(`another local run (process ${pid}) uses ${directory}: wait for it or stop it`);
  }
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await writeFile(owner, String(process.pid));
  return directory;
}

/** Says that nobody uses the folder any more. */
export async function releaseWorkFolder(directory: string): Promise<void> {
  await rm(join(directory, "pid"), { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
