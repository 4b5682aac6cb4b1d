/** A file that is scanned, and what it is of. */
export interface Scanned {
  readonly file: string;
  readonly environment: string;
  /** The stack's part of its name, for example `foundation`. */
  readonly stack: string;
}

/** A check of the policy scanner that failed. */
export interface Finding {
  /** checkov's identifier, for example `CKV_AWS_116`. */
  readonly check: string;
  readonly environment: string;
  /** `<stack>/<the resource's id>`, the same in each environment. */
  readonly address: string;
  readonly title: string;
}

interface CheckovReport {
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
  readonly results: {
    readonly failed_checks: readonly {
      check_id: string;
      check_name: string;
      file_abs_path: string;
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
export function readReport(json: string, scanned: readonly Scanned[]): ScanResult {
  const report: CheckovReport = JSON.parse(json);
  if (!report.summary?.passed || report.summary.parsing_errors > 0) {
    throw new Error("checkov must evaluate every stack; it passed no check or could not parse a file");
  }
  return {
    passed: report.summary.passed,
    findings: report.results.failed_checks.map((failed) => {
      const of = scanned.find(({ file }) => file === failed.file_abs_path);
      if (!of)
        throw new Error(`checkov must report on the files that it was given, got ${failed.file_abs_path}`);
      return {
        check: failed.check_id,
        environment: of.environment,
        address: `${of.stack}/${failed.resource.split(".").at(-1)}`,
        title: failed.check_name,
      };
    }),
  };
}
