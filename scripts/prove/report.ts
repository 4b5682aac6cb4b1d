import type { Environment } from "../../constructs/environment";
import { isSuspicious } from "../review/redaction/suspicion";
import { seconds } from "../support/progress";
import type { Stage } from "./stage";

export interface ReportOptions {
  readonly environment: Environment;
  /** Of the programs, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly stages: readonly Stage[];
  /** Whether the proof came to its end: what was interrupted, or failed outside a stage, has not held. */
  readonly ended: boolean;
  readonly when: Date;
}

/** What a proof has shown, in Markdown, to be attached to an issue: no account, and no secret. */
export function proofReport({ environment, versions, stages, ended, when }: ReportOptions): string {
  const text = [
    `# Proof of the environment ${environment.name}`,
    "",
    `**${verdict(stages, ended)}**`,
    "",
    ...table(["what", "value"], [["date", when.toISOString()], ...facts(environment, versions)]),
    "",
    ...table(
      ["stage", "time", "held", "seen"],
      stages.map(({ title, milliseconds, held, detail }) => [
        title,
        seconds(milliseconds),
        held ? "yes" : "**no**",
        detail,
      ]),
    ),
    "",
  ].join("\n");
  return publicLines(text);
}

function verdict(stages: readonly Stage[], ended: boolean): string {
  const failed = stages.find(({ held }) => !held);
  if (failed) return `Not proved: ${failed.title}.`;
  return ended ? "Everything held." : "Not proved: it did not come to its end.";
}

function facts(
  { region, backends, databases, functions, secrets }: Environment,
  versions: Readonly<Record<string, string>>,
): string[][] {
  const runtimes = new Set(
    functions.map(({ runtime = "its folder's runtime", architecture }) => `${runtime} on ${architecture}`),
  );
  return [
    ["region", region],
    ["backends", backends.join(", ")],
    ...Object.entries(databases).map(([name, database]) => [
      `database ${name}`,
      database.kind === "created"
        ? `${database.engine} ${database.engineVersion}, created`
        : `${database.engine}, adopted`,
    ]),
    ["secrets", [...new Set(secrets.map(({ strategy }) => strategy))].join(", ")],
    ["functions", [...runtimes].join(", ")],
    ...Object.entries(versions),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)];
}

function cell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("<", "&lt;").trim();
}

/** Whoever reads it need not know account and people. A message of somebody else's program may hold anything. */
function publicLines(text: string): string {
  return text
    .replaceAll(/(?<!\d)\d{12}(?!\d)/g, "ACCOUNT")
    .replaceAll(/(assumed-role\/[\w+=,.@-]+\/)[\w+=,.@-]+/g, "$1SESSION")
    .split("\n")
    .map((line) => (isSuspicious(line) ? "| left out: the line looks as if it held a secret | | | |" : line))
    .join("\n");
}
