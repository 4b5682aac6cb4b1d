import type * as z from "zod";
import { writeOneOf } from "../values/nearest";
import { firstOfEachPath, formatPath, formatValue, type Problem, valueAt } from "./problem";

/**
 * Translates what zod found; of several rules that one value breaks, the first. Values under unknown keys are not
 * shown: somebody may have written a secret there.
 */
export function problemsOf(error: z.core.$ZodError, input: unknown): Problem[] {
  const problems = error.issues.flatMap(ofDescribed).map((issue) => {
    const [rule = "", fix] = messageOf(issue).split("\n");
    const got = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : foundAt(input, issue);
    const text = fix ? { rule, fix } : textOf(issue, got);
    // A rule of our own about a whole object may point at a key that the object does not have.
    const isMissing = got === undefined && issue.code !== "custom";
    return { path: formatPath(issue.path), got: formatValue(got), ...(isMissing ? required(text) : text) };
  });
  return firstOfEachPath(problems);
}

/** Of a value that may be `false` or what is described, what is wrong by the description: `orFalse` has that last. */
function ofDescribed(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union" || "options" in issue) return [issue];
  const described = issue.errors.at(-1) ?? [];
  return described.flatMap((inner) => ofDescribed({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** A key of a record is wrong by an issue of its own. */
function messageOf(issue: z.core.$ZodIssue): string {
  return (issue.code === "invalid_key" ? issue.issues[0] : issue)?.message ?? "";
}

function foundAt(input: unknown, { code, path }: z.core.$ZodIssue): unknown {
  return code === "invalid_key" ? path.at(-1) : valueAt(input, path);
}

interface Text {
  readonly rule: string;
  readonly fix: string;
}

/** What is said of a value that is not there. */
export function required({ rule, fix }: Text): Text {
  return { rule: `is required and ${rule}`, fix: `add it: ${fix}` };
}

function textOf(issue: z.core.$ZodIssue, got: unknown): Text {
  const choices = choicesOf(issue);
  if (choices) return { rule: `must be one of ${choices.join(", ")}`, fix: writeOneOf(got, choices) };
  switch (issue.code) {
    case "invalid_type": {
      const kind = KINDS[issue.expected] ?? `a ${issue.expected}`;
      return { rule: `must be ${kind}`, fix: `write ${kind}` };
    }
    case "too_big":
      return { rule: `must be at most ${issue.maximum}`, fix: `write ${issue.maximum} or less` };
    case "too_small":
      return issue.origin === "array"
        ? { rule: "must not be empty", fix: "write at least one" }
        : { rule: `must be at least ${issue.minimum}`, fix: `write ${issue.minimum} or more` };
    case "not_multiple_of":
      return { rule: `must be a multiple of ${issue.divisor}`, fix: `write for example ${issue.divisor}` };
    default:
      return {
        rule: issue.message.charAt(0).toLowerCase() + issue.message.slice(1),
        fix: "change the value",
      };
  }
}

const KINDS: Readonly<Record<string, string>> = {
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function choicesOf(issue: z.core.$ZodIssue): readonly string[] | undefined {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code === "invalid_union" && "options" in issue) return (issue.options as unknown[]).map(String);
  return undefined;
}
