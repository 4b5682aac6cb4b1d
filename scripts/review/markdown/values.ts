import type { Difference } from "../plan/values";
import { Hidden, isObject, UNKNOWN, type Value } from "../plan/values";

const LONGEST = 300;

/** Lines of a diff. */
export function diffLines(
  differences: readonly Difference[],
  replacePaths: readonly string[] = [],
): readonly string[] {
  return differences.flatMap((difference) => {
    const { path } = difference;
    const isCause = replacePaths.some((cause) => path === cause || path.startsWith(`${cause}.`));
    return lines(difference).map((line) => `${line}${isCause ? "  # forces replacement" : ""}`);
  });
}

function lines({ path, before, after }: Difference): string[] {
  if (before instanceof Hidden && after instanceof Hidden) return [`! ${path}: (changed; ${after.why})`];
  if (Array.isArray(before) && Array.isArray(after))
    return listLines(path, before.map(shown), after.map(shown));
  return [
    ...(before === undefined || before === null ? [] : [`- ${path}: ${shown(before)}`]),
    ...(after === undefined || after === null ? [] : [`+ ${path}: ${shown(after)}`]),
  ];
}

/** Only what goes and what comes; if that is nothing, they are in another order. */
function listLines(path: string, before: readonly string[], after: readonly string[]): string[] {
  const changed = [
    ...before.filter((one) => !after.includes(one)).map((one) => `- ${path}: ${one}`),
    ...after.filter((one) => !before.includes(one)).map((one) => `+ ${path}: ${one}`),
  ];
  return changed.length > 0
    ? changed
    : [`! ${path}: (the same in another order, or another number of times)`];
}

/** A value for people. */
export function shown(value: Value): string {
  const text = textOf(value);
  if (text.length <= LONGEST) return text;
  // Without half a word at its end: half an id looks like a secret.
  return `${text.slice(0, LONGEST).replace(/[\w!*/+=-]+$/, "")}… (${text.length} characters)`;
}

function textOf(value: Value): string {
  if (value === UNKNOWN) return "(known after apply)";
  if (value instanceof Hidden) return `(hidden: ${value.why})`;
  if (Array.isArray(value)) return `[${value.map(textOf).join(", ")}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([key, child]) => `${key}: ${textOf(child)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}
