import type * as z from "zod";

/** One thing wrong with an environment: where, what must hold, what was found, what to write. */
export interface Problem {
  /** Keys from the top of the file, for example `secrets[0].schedule`; empty for the file itself. */
  readonly path: string;
  readonly rule: string;
  readonly got: string;
  readonly fix: string;
}

/** Everything that is wrong with an environment file, at once. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";

  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${file} has ${count}:`, ...problems.map(describe)].join("\n\n"));
  }
}

/** Translates what zod found. Values under unknown keys are not shown: somebody may have written a secret there. */
export function problemsOf(error: z.core.$ZodError, input: unknown): Problem[] {
  return error.issues.map((issue) => {
    const [rule = "", fix] = issue.message.split("\n");
    const got = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : valueAt(input, issue.path);
    const said = fix ? { rule, fix } : standardRule(issue, got === undefined);
    return { path: formatPath(issue.path), got: got === undefined ? "nothing" : show(got), ...said };
  });
}

/** A path in JavaScript notation, as editors show it. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}${text && "."}${String(key)}`),
    "",
  );
}

export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function describe(problem: Problem): string {
  return [
    `  ${problem.path || "(the whole file)"}`,
    `    rule  ${problem.rule}`,
    `    got   ${problem.got}`,
    `    fix   ${problem.fix}`,
  ].join("\n");
}

function standardRule(issue: z.core.$ZodIssue, missing: boolean): { rule: string; fix: string } {
  const choices = choicesOf(issue);
  const rule = choices
    ? `must be one of ${choices.join(", ")}`
    : issue.code === "invalid_type"
      ? `must be ${article(issue.expected)}`
      : issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  if (missing) return { rule: `is required and ${rule}`, fix: "add it" };
  return { rule, fix: choices ? `write "${choices[0]}"` : "change the value" };
}

function choicesOf(issue: z.core.$ZodIssue): readonly string[] | undefined {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code === "invalid_union" && "options" in issue) return (issue.options as unknown[]).map(String);
  return undefined;
}

function article(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value === null || value === undefined ? undefined : (value as Record<PropertyKey, unknown>)[key],
    input,
  );
}
