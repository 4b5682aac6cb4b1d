import { seconds } from "../../scripts/support/progress";
import type { Count, PasswordProof } from "./rotations";

export interface RunReport extends PasswordProof {
  /** Made by deploy. */
  readonly resources: number;
  readonly destroyed: number;
  readonly rotations: number;
  readonly secrets: number;
  readonly files: number;
  readonly places: readonly string[];
  readonly totalMs: number;
  readonly databaseWaitMs: number;
}

/** What the run proved, for people. */
export function formatReport(report: RunReport): string {
  const { resources, destroyed, rotations, secrets, files, places, totalMs, databaseWaitMs } = report;
  const rows: readonly (readonly [string, string])[] = [
    ["resources", `${resources} made, ${destroyed} destroyed`],
    ["secrets rotated", `${secrets} secrets, ${rotations} rotations`],
    ["old password refused", of(report.refused)],
    ["new password accepted", of(report.accepted)],
    ["plan after rotation", "no changes"],
    ["password found in state, plan JSON or logs", `${places.length} places in ${files} files`],
    ["total time", `${seconds(totalMs)}, of which ${seconds(databaseWaitMs)} the provider's waits for RDS`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}

function of({ held, tried }: Count): string {
  return `${held} of ${tried}`;
}
