/** One thing wrong with an environment: where, what must hold, what was found, what to write. */
export interface Problem {
  /** Keys from the top of the file, for example `secrets[0].schedule`; empty for the file itself. */
  readonly path: string;
  readonly rule: string;
  readonly got: string;
  readonly fix: string;
}

export type Path = readonly PropertyKey[];

/** Everything that is wrong with an environment file, at once. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";

  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${file} has ${count}:`, ...problems.map(formatProblem)].join("\n\n"));
  }
}

/** A problem at `path`, where `got` was found. */
export function problemAt(path: Path, got: unknown, rule: string, fix: string): Problem {
  return { path: formatPath(path), got: formatValue(got), rule, fix };
}

/** Of several rules that one value breaks, the first. */
export function firstOfEachPath(problems: readonly Problem[]): Problem[] {
  const paths = problems.map(({ path }) => path);
  return problems.filter(({ path }, index) => paths.indexOf(path) === index);
}

/** A path in JavaScript notation, as editors show it. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key);
    return /^[\w$-]+$/.test(name) ? `${text}${text && "."}${name}` : `${text}[${JSON.stringify(name)}]`;
  }, "");
}

/** A value for people; of an object, only that it is one. */
export function formatValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (isObject(value)) return "an object";
  if (Array.isArray(value) && value.some(isObject)) return "a list of objects";
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    return "a number that is too large";
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key],
    root,
  );
}

function formatProblem({ path, rule, got, fix }: Problem): string {
  return [
    `  ${path || "(the whole file)"}`,
    `    rule  ${rule}`,
    `    got   ${got}`,
    `    fix   ${fix}`,
  ].join("\n");
}
