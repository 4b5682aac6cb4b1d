import { join } from "node:path";
import { pythonEnvironment } from "../machine/python-environment";
import { run } from "../support/processes";
import { readReport, type Scanned, type ScanResult } from "./findings";

/** Runs checkov on the files of stacks, which all are synthesized Terraform JSON, or all plans. */
export async function checkov(
  framework: "terraform_json" | "terraform_plan",
  scanned: readonly Scanned[],
  onInstall?: () => void,
): Promise<ScanResult> {
  const python = await pythonEnvironment(join(__dirname, "requirements.txt"), onInstall);
  const { stdout } = await run(
    python,
    [
      "-m",
      "checkov.main",
      "--file",
      ...scanned.map(({ file }) => file),
      "--framework",
      framework,
      "--output",
      "json",
      "--compact",
      "--soft-fail",
    ],
    // checkov asks its vendor for more policies otherwise.
    {
      env: {
        ...process.env,
        BC_SKIP_MAPPING: "true",
        CHECKOV_RUN_SCA_PACKAGE_SCAN_V2: "false",
        LOG_LEVEL: "ERROR",
      },
    },
  );
  return readReport(stdout, scanned);
}
