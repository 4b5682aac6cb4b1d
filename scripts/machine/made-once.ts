import { existsSync } from "node:fs";
import { lstat, mkdir, mkdtemp, readlink, rename, rm, symlink } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "../support/processes";

const POLL_MS = 100;
/** How old a lock of another host gets: whether its process still runs, nobody knows here. */
const OTHER_HOST_MS = 5 * 60_000;
const LIMIT_MS = 10 * 60_000;

/** Containers have the same low process ids, and may share the folder. */
const THIS_PROCESS = `${hostname()}:${process.pid}`;
/** Locks that this process has taken. */
const held = new Set<string>();

export interface MakeOnceOptions {
  /** How long to wait for another process. @default - ten minutes */
  readonly limitMs?: number;
}

/**
 * Makes a folder if it is not there. Only a complete one gets the name. Who needs it while another process makes it
 * waits for that one.
 *
 * @param make fills the empty folder that it is given
 * @throws Error if another process does not make it in time
 */
export async function makeOnce(
  directory: string,
  make: (unfinished: string) => Promise<void>,
  { limitMs = LIMIT_MS }: MakeOnceOptions = {},
): Promise<void> {
  const lock = `${directory}.lock`;
  await mkdir(dirname(directory), { recursive: true });
  let waitsUntil: number | undefined;
  while (!existsSync(directory)) {
    if (await takeLock(lock)) {
      await makeLocked(directory, make).finally(() => giveBack(lock));
      continue;
    }
    const owner = await ownerOf(lock);
    if (owner !== undefined) {
      if (waitsUntil === undefined)
        process.stderr.write(`waits for process ${owner}, which makes ${directory} (${lock})\n`);
      waitsUntil ??= Date.now() + limitMs;
      if (Date.now() > waitsUntil)
        throw new Error(
          `process ${owner} must make ${directory} within ${limitMs / 60_000} minutes; it has not. ` +
            `Wait for its end, or remove ${lock} if it does something else`,
        );
    }
    await sleep(POLL_MS);
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

/** A lock is a link to its owner's host and process id: it is never there without it. */
async function takeLock(lock: string): Promise<boolean> {
  if (held.has(lock)) return false;
  held.add(lock);
  try {
    await symlink(THIS_PROCESS, lock);
    return true;
  } catch (error) {
    held.delete(lock);
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

async function giveBack(lock: string): Promise<void> {
  await rm(lock, { force: true });
  held.delete(lock);
}

/** Which other process has a lock, if one has it. Removes a lock whose owner is gone. */
async function ownerOf(lock: string): Promise<string | undefined> {
  const owner = await readlink(lock).catch(() => undefined);
  if (owner === undefined || held.has(lock)) return undefined;
  const [, host, pid] = /^(.*):(\d+)$/.exec(owner) ?? [];
  const isHere = host === hostname();
  // An earlier process may have had this one's id.
  const isGone = isHere ? owner === THIS_PROCESS || !isRunning(Number(pid)) : await isOld(lock);
  if (!isGone) return isHere ? pid : owner;
  await rm(lock, { force: true });
  return undefined;
}

async function isOld(lock: string): Promise<boolean> {
  const link = await lstat(lock).catch(() => undefined);
  return link !== undefined && Date.now() - link.mtimeMs > OTHER_HOST_MS;
}
