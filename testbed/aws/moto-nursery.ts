import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { pythonEnvironment } from "../../scripts/machine/python-environment";
import { endProcess } from "../../scripts/support/processes";
import { MOTO_REQUIREMENTS, startMotoPython } from "./moto";

export interface MotoNursery {
  /** For the processes that are to have their servers from it. */
  readonly variables: Readonly<Record<string, string>>;
  /** Ends it, and all servers. */
  stop(): Promise<void>;
}

/** What Linux takes for a path of a socket. */
const LONGEST_PATH = 107;

/**
 * Starts what forks moto servers: each for itself would need seconds of processor time to import moto. Undefined where
 * that cannot be: outside Linux, in a folder with a long path, or where moto cannot be installed.
 *
 * @param directory for its socket.
 * @param onInstall called once on a machine, before moto is installed, which takes a while.
 */
export async function startMotoNursery(
  directory: string,
  onInstall?: () => void,
): Promise<MotoNursery | undefined> {
  const socket = join(mkdtempSync(join(directory, "moto-")), "socket");
  if (process.platform !== "linux" || socket.length > LONGEST_PATH) return undefined;
  // Each server that is started alone says what is wrong.
  const python = await pythonEnvironment(MOTO_REQUIREMENTS, onInstall).catch(() => undefined);
  if (python === undefined) return undefined;
  const child = startMotoPython(python, ["moto_nursery.py", socket]);
  child.stderr?.pipe(process.stderr);
  await new Promise((resolve, reject) => {
    child.stdout?.once("data", resolve);
    child.once("exit", (code) => reject(new Error(`what forks moto servers ended with exit code ${code}`)));
  });
  return { variables: { MOTO_NURSERY: socket }, stop: () => endProcess(child) };
}
