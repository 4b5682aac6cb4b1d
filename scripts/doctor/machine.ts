import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "../emulator/processes";
import { detectProviderSource, type ProviderSource } from "../terraform/provider-source";

/** What the checks ask of a machine. Tests give answers of their own. */
export interface Machine {
  readonly nodeVersion: string;
  readonly platform: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
  /** Standard output of a command; undefined if it cannot be run or fails. */
  output(command: string, args: readonly string[]): Promise<string | undefined>;
  exists(path: string): boolean;
  /** Whether a module can be found from this project. */
  resolves(module: string): boolean;
  /** Whether a host answers. */
  reaches(url: string): Promise<boolean>;
  providerSource(): ProviderSource;
}

const ROOT = join(__dirname, "..", "..");

export function thisMachine(): Machine {
  return {
    nodeVersion: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    environment: process.env,
    home: homedir(),
    output: async (command, args) => {
      const finished = await run(command, args, { cwd: ROOT }).catch(() => undefined);
      return finished?.stdout;
    },
    exists: existsSync,
    resolves: (module) => existsSync(join(ROOT, "node_modules", module)),
    reaches: async (url) => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
      return answer?.ok === true;
    },
    providerSource: () => detectProviderSource(),
  };
}
