import { existsSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import {
  findMariaDb,
  findMySqlServers,
  type MariaDbPrograms,
  type MySqlServer,
} from "../machine/mysql-binaries";
import { run } from "../support/processes";
import { detectProviderSource, type ProviderSource } from "../terraform/provider-source";

/** What the checks ask of a machine. Tests give answers of their own. */
export interface Machine {
  readonly nodeVersion: string;
  now(): number;
  readonly platform: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
  /** The folder of this project. */
  readonly project: string;
  /** Where temporary folders are made. */
  readonly temporary: string;
  /** Undefined where there are no user ids. */
  readonly userId: number | undefined;
  /** Standard output of a command; undefined if it cannot be run or fails. */
  output(command: string, args: readonly string[]): Promise<string | undefined>;
  exists(path: string): boolean;
  /** Whether users other than the owner and the group may enter a folder. */
  othersMayEnter(folder: string): boolean;
  /** Whether a module can be found from this project. */
  resolves(module: string): boolean;
  /** Whether a host answers. */
  reaches(url: string): Promise<boolean>;
  providerSource(): ProviderSource;
  mariaDb(): MariaDbPrograms | undefined;
  mySqlServers(): readonly MySqlServer[];
}

const ROOT = join(__dirname, "..", "..");

export function thisMachine(): Machine {
  return {
    nodeVersion: process.versions.node,
    now: () => Date.now(),
    platform: `${process.platform}-${process.arch}`,
    environment: process.env,
    home: homedir(),
    project: ROOT,
    temporary: tmpdir(),
    userId: process.getuid?.(),
    output: async (command, args) => {
      const finished = await run(command, args, { cwd: ROOT }).catch(() => undefined);
      return finished?.stdout;
    },
    exists: existsSync,
    othersMayEnter: (folder) => (statSync(folder).mode & 0o001) !== 0,
    resolves: (module) => existsSync(join(ROOT, "node_modules", module)),
    reaches: async (url) => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
      return answer?.ok === true;
    },
    providerSource: () => detectProviderSource(),
    mariaDb: () => findMariaDb(),
    mySqlServers: () => findMySqlServers(),
  };
}
