import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { run } from "../support/processes";

const ROOT = join(__dirname, "..", "..");
const CDKTF = join(ROOT, "node_modules", ".bin", "cdktf");
const DONE = /\b((?:aws|vault)_\w+)\.\S+.*: (?:Creation|Destruction) complete after (?:(\d+)m)?(\d+)s/;

export interface CdktfOptions {
  /** @default - all stacks */
  readonly stack?: string;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** The folder of the synthesized stacks. */
  readonly output: string;
  /** Where a deployment writes the outputs of its stacks. */
  readonly outputsFile: string;
  readonly log: string;
  /** Called for each resource that is made or gone. */
  readonly onProgress: (done: CdktfDone) => void;
}

export interface CdktfDone {
  readonly resources: number;
  /** What the provider waited for Aurora's cluster and instance, which on the emulator are nothing but a wait. */
  readonly databaseWaitMs: number;
}

/** Runs the real `cdktf deploy` or `cdktf destroy`. */
export async function cdktf(command: "deploy" | "destroy", options: CdktfOptions): Promise<CdktfDone> {
  const { stack, environment, output, outputsFile, log, onProgress } = options;
  let done: CdktfDone = { resources: 0, databaseWaitMs: 0 };
  const onLine = (line: string): void => {
    const finished = finishedResource(stripVTControlCharacters(line));
    if (!finished) return;
    const waited = finished.isDatabase ? finished.durationMs : 0;
    done = { resources: done.resources + 1, databaseWaitMs: done.databaseWaitMs + waited };
    onProgress(done);
  };
  // What is destroyed is what was deployed: the stacks as they are in the folder.
  const extra = command === "deploy" ? ["--outputs-file", outputsFile] : ["--skip-synth"];
  if (stack) extra.push("--ignore-missing-stack-dependencies");
  await run(
    CDKTF,
    [
      command,
      stack ?? "*",
      "--auto-approve",
      "--no-color",
      "--output",
      output,
      "--skip-provider-lock",
      ...extra,
    ],
    {
      cwd: ROOT,
      // The plan just before destroy refreshed everything.
      env: { ...process.env, ...environment, CI: "1", TF_CLI_ARGS_destroy: "-refresh=false" },
      log,
      onLine,
    },
  );
  return done;
}

/** Reads a line of Terraform's output that says that a resource is made or gone. */
export function finishedResource(line: string): { isDatabase: boolean; durationMs: number } | undefined {
  const match = DONE.exec(line);
  if (!match) return undefined;
  const [, type, minutes = "0", rest = "0"] = match;
  const isDatabase = type === "aws_rds_cluster" || type === "aws_rds_cluster_instance";
  return { isDatabase, durationMs: (Number(minutes) * 60 + Number(rest)) * 1000 };
}
