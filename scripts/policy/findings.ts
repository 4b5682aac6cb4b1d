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

interface Check {
  readonly check_id: string;
  readonly check_name: string;
  readonly file_abs_path: string;
  readonly resource: string;
}

interface CheckovReport {
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
  readonly results: { readonly passed_checks: readonly Check[]; readonly failed_checks: readonly Check[] };
}

export interface ScanResult {
  readonly passed: number;
  readonly findings: readonly Finding[];
}

/**
 * Reads checkov's JSON output, which has the checks that passed, too.
 *
 * @throws Error if it could not parse a file, or evaluated nothing in one, which would look like a clean result.
 */
export function readReport(json: string, scanned: readonly Scanned[]): ScanResult {
  const { summary, results }: Partial<CheckovReport> = JSON.parse(json);
  // It says less if it found no file to evaluate.
  const [passed, failed] = [results?.passed_checks ?? [], results?.failed_checks ?? []];
  if (summary?.parsing_errors) throw new Error("checkov must parse every stack; it could not parse a file");
  const evaluated = new Set([...passed, ...failed].map((check) => check.file_abs_path));
  const names = scanned
    .filter(({ file }) => !evaluated.has(file))
    .map(({ environment, stack }) => `${environment}-${stack}`);
  if (scanned.length === 0 || names.length > 0)
    throw new Error(`checkov must evaluate every stack; it has no check of ${names.join(", ") || "any"}`);
  return {
    passed: passed.length,
    findings: failed.map((check) => {
      const of = scanned.find(({ file }) => file === check.file_abs_path);
      if (!of)
        throw new Error(`checkov must report on the files that it was given, got ${check.file_abs_path}`);
      return {
        check: check.check_id,
        environment: of.environment,
        address: `${of.stack}/${check.resource.split(".").at(-1)}`,
        title: check.check_name,
      };
    }),
  };
}
