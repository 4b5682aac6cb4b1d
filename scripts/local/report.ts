import { seconds } from "./progress";

export interface RunReport {
  readonly resources: number;
  readonly rotations: number;
  readonly secrets: number;
  readonly refused: number;
  readonly accepted: number;
  readonly files: number;
  readonly places: readonly string[];
  readonly totalMs: number;
  readonly databaseWaitMs: number;
}

/** What the run proved, for people. */
export function formatReport(report: RunReport): string {
  const { resources, rotations, secrets, refused, accepted, files, places, totalMs, databaseWaitMs } = report;
  const rows: readonly (readonly [string, string])[] = [
    ["resources made, and destroyed", String(resources)],
    ["secrets rotated", `${secrets} secrets, ${rotations} rotations`],
    ["old password refused", `${refused} of ${refused}`],
    ["new password accepted", `${accepted} of ${accepted}`],
    ["plan after rotation", "no changes"],
    ["password found in state, plan JSON or logs", `${places.length} places in ${files} files`],
    ["total time", `${seconds(totalMs)}, of which ${seconds(databaseWaitMs)} the provider's waits for RDS`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}
