import { basename, dirname } from "node:path";

/** A check of the policy scanner that failed. */
export interface Finding {
  /** checkov's identifier, for example `CKV_AWS_116`. */
  readonly check: string;
  /** `<stack>/<resource>` as checkov names it. */
  readonly address: string;
  readonly title: string;
}

interface CheckovReport {
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
  readonly results: {
    readonly failed_checks: readonly {
      check_id: string;
      check_name: string;
      file_path: string;
      resource: string;
    }[];
  };
}

export interface ScanResult {
  readonly passed: number;
  readonly findings: readonly Finding[];
}

/**
 * Reads checkov's JSON output.
 *
 * @throws Error if it evaluated nothing or could not parse a file, which would look like a clean result.
 */
export function readReport(json: string): ScanResult {
  const report: CheckovReport = JSON.parse(json);
  if (!report.summary?.passed || report.summary.parsing_errors > 0) {
    throw new Error(
      "checkov must evaluate every synthesized stack; it passed no check or could not parse a file",
    );
  }
  return {
    passed: report.summary.passed,
    findings: report.results.failed_checks.map((failed) => ({
      check: failed.check_id,
      address: `${basename(dirname(failed.file_path))}/${failed.resource}`,
      title: failed.check_name,
    })),
  };
}
