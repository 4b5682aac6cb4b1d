import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Stage } from "../../scripts/prove/stage";
import { CommandFailed, run } from "../../scripts/support/processes";

/** What a report says of a stage. */
export type ProvedStage = Pick<Stage, "title" | "detail" | "held">;

export interface ProofOptions {
  /** For the log and the report. */
  readonly directory: string;
  /** Folder with the synthesized stacks, which are deployed. */
  readonly output: string;
  readonly environmentFile: string;
  /** Of the command. */
  readonly variables: NodeJS.ProcessEnv;
  /** Called with the line of each stage. */
  readonly onStage: (line: string) => void;
}

/**
 * Runs `npm run prove`, which asks nothing. Gives the stages of its report.
 *
 * @throws CommandFailed if it fails, and no stage says why
 */
export async function proveByCommand(options: ProofOptions): Promise<readonly ProvedStage[]> {
  const { directory, output, environmentFile, variables, onStage } = options;
  const report = join(directory, "proof.md");
  const command = [join(__dirname, "..", "..", "scripts", "run.mjs"), join(__dirname, "prove.ts"), output];
  const words = [environmentFile, "--auto-approve", "--report", report];
  const failure = await run(process.execPath, [...command, ...words], {
    env: { ...process.env, ...variables },
    log: join(directory, "prove.log"),
    onLine: (line) => {
      if (/^[✓✗]/.test(line)) onStage(line);
    },
  }).then(
    () => undefined,
    (error: Error) => error,
  );
  const stages = stagesOf(await readFile(report, "utf8").catch(() => ""));
  if (failure && (!(failure instanceof CommandFailed) || stages.every(({ held }) => held))) throw failure;
  return stages;
}

/** The rows of a report's second table. */
export function stagesOf(report: string): readonly ProvedStage[] {
  const rows = report.matchAll(/^\| (.+) \| [\w. ]+ \| (yes|\*\*no\*\*) \| (.*) \|$/gm);
  return [...rows].map(([, title = "", held, detail = ""]) => ({ title, held: held === "yes", detail }));
}
