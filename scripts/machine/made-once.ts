import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "../support/processes";

const POLL_MS = 100;

/**
 * Makes a folder if it is not there. Only a complete one gets the name. Who needs it while another process makes it
 * waits for that one.
 *
 * @param make fills the empty folder that it is given
 */
export async function makeOnce(
  directory: string,
  make: (unfinished: string) => Promise<void>,
): Promise<void> {
  const lock = `${directory}.lock`;
  await mkdir(dirname(directory), { recursive: true });
  while (!existsSync(directory)) {
    if (await takeLock(lock)) await makeLocked(directory, make).finally(() => rm(lock, { force: true }));
    else await sleep(POLL_MS);
  }
}

async function makeLocked(directory: string, make: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = await mkdtemp(`${directory}.`);
  try {
    await make(unfinished);
    // Two can still be here, as a lock is only looked at for its owner: the second finds the name taken, by its equal.
    await rename(unfinished, directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** A lock is a link to its owner's process id: it is never there without it. */
async function takeLock(lock: string): Promise<boolean> {
  try {
    await symlink(String(process.pid), lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const owner = Number(await readlink(lock).catch(() => process.pid));
    if (!isRunning(owner)) await rm(lock, { force: true });
    return false;
  }
}
