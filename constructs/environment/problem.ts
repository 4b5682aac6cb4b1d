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

/**
 * Translates what zod found; of several rules that one value breaks, the first. Values under unknown keys are not
 * shown: somebody may have written a secret there.
 */
export function problemsOf(error: z.core.$ZodError, input: unknown): Problem[] {
  const problems = error.issues.map((issue) => {
    const [rule = "", fix] = issue.message.split("\n");
    const got = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : valueAt(input, issue.path);
    const said = fix ? { rule, fix } : ruleOf(issue);
    // Nothing is also what an object has that is wrong for another reason.
    const missing = got === undefined && issue.code !== "custom";
    return { path: formatPath(issue.path), got: show(got), ...(missing ? whatIsMissing(said) : said) };
  });
  return firstOfEachPath(problems);
}

/** Of several rules that one value breaks, the first. */
export function firstOfEachPath(problems: readonly Problem[]): Problem[] {
  return problems.filter(
    (problem, index) => problems.findIndex(({ path }) => path === problem.path) === index,
  );
}

/** A problem at `path`, where `got` was found. */
export function broken(path: PropertyKey[], got: unknown, rule: string, fix: string): Problem {
  return { path: formatPath(path), got: show(got), rule, fix };
}

/** A path in JavaScript notation, as editors show it. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key);
    return /^[\w$-]+$/.test(name) ? `${text}${text && "."}${name}` : `${text}[${JSON.stringify(name)}]`;
  }, "");
}

/** A value for people; of an object, only that it is one. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (isObject(value)) return "an object";
  if (Array.isArray(value) && value.some(isObject)) return "a list of objects";
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    return "a number too large to be one";
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function isObject(value: unknown): boolean {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function describe(problem: Problem): string {
  return [
    `  ${problem.path || "(the whole file)"}`,
    `    rule  ${problem.rule}`,
    `    got   ${problem.got}`,
    `    fix   ${problem.fix}`,
  ].join("\n");
}

function whatIsMissing({ rule, fix }: { rule: string; fix: string }) {
  return { rule: `is required and ${rule}`, fix: `add it: ${fix}` };
}

function ruleOf(issue: z.core.$ZodIssue): { rule: string; fix: string } {
  const choices = choicesOf(issue);
  if (choices) return { rule: `must be one of ${choices.join(", ")}`, fix: `write "${choices[0]}"` };
  switch (issue.code) {
    case "invalid_type": {
      const kind = issue.expected === "boolean" ? "true or false" : article(issue.expected);
      return { rule: `must be ${kind}`, fix: `write ${kind}` };
    }
    case "too_big":
      return { rule: `must be at most ${issue.maximum}`, fix: `write ${issue.maximum} or less` };
    case "too_small":
      return issue.origin === "array" || issue.origin === "string"
        ? { rule: "must not be empty", fix: "write at least one" }
        : { rule: `must be at least ${issue.minimum}`, fix: `write ${issue.minimum} or more` };
    case "not_multiple_of":
      return { rule: `must be a multiple of ${issue.divisor}`, fix: `write for example ${issue.divisor}` };
    case "invalid_format":
      return {
        rule: `must be ${article(issue.format === "url" ? "URL" : issue.format)}`,
        fix: 'write for example "http://127.0.0.1:5000"',
      };
    default:
      return {
        rule: issue.message.charAt(0).toLowerCase() + issue.message.slice(1),
        fix: "change the value",
      };
  }
}

function choicesOf(issue: z.core.$ZodIssue): readonly string[] | undefined {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code === "invalid_union" && "options" in issue) return (issue.options as unknown[]).map(String);
  return undefined;
}

function article(type: string): string {
  const word = type === "array" ? "list" : type;
  return /^[aeio]/.test(word) ? `an ${word}` : `a ${word}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value === null || value === undefined ? undefined : (value as Record<PropertyKey, unknown>)[key],
    input,
  );
}
