import { seconds } from "../../scripts/support/progress";
import type { PasswordCounts } from "./checks";

export interface RunReport extends PasswordCounts {
  /** What played the databases. */
  readonly products: readonly string[];
  /** Made by deploy. */
  readonly resources: number;
  readonly destroyed: number;
  readonly secrets: number;
  readonly rotations: number;
  readonly passwords: number;
  readonly files: number;
  readonly totalMs: number;
  readonly databaseWaitMs: number;
}

/** What the run proved, for people. */
export function formatReport(report: RunReport): string {
  const { products, resources, destroyed, secrets, rotations, accepted, refused } = report;
  const rows: readonly (readonly [string, string])[] = [
    ["resources", `${resources} made, ${destroyed} destroyed`],
    ["secrets rotated", `${secrets} secrets in ${listed(products)}, ${rotations} rotations`],
    ["old passwords refused", `all ${refused}`],
    ["new passwords accepted", `all ${accepted}`],
    ["plan after rotation", "no changes"],
    ["passwords in state, plan JSON or logs", `none of ${report.passwords} in ${report.files} files`],
    [
      "total time",
      `${seconds(report.totalMs)}, of which ${seconds(report.databaseWaitMs)} the provider's waits for RDS`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}

/** `PostgreSQL and MariaDB` */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat("en-GB").format(names);
}
