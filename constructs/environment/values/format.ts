import * as z from "zod";
import { nearest } from "./nearest";

// Compiling a parser does not pay for one file. Every part of the schema imports this module first.
z.config({ jitless: true });

/** Message of a failed check: what must hold, and what to write instead; `problems/from-zod` splits it again. */
export function message(rule: string, fix: string): string {
  return `${rule}\n${fix}`;
}

/** A string that matches `pattern`. */
export function text(pattern: RegExp, rule: string, fix: string) {
  return z.string(message(rule, fix)).regex(pattern, message(rule, fix));
}

/** A whole number from `min` to `max`, both included. */
export function wholeNumber(min: number, max: number) {
  const error = message(`must be a whole number from ${min} to ${max}`, `write a number such as ${min}`);
  // Each method makes a schema of its own, which a synth would feel; `check` makes one for both.
  return z.int(error).check(z.gte(min, error), z.lte(max, error));
}

const none = z.literal(false);

/** What is described, or `false` to have none of it. */
export function orFalse<Described extends z.ZodType>(described: Described) {
  return z.union([none, described]);
}

/** A list whose entries differ. */
export function distinct<Entry extends z.ZodType>(entry: Entry, rule: string, fix: string) {
  return z.array(entry).refine((list) => new Set(list).size === list.length, message(rule, fix));
}

/** An object that refuses unknown keys and names the nearest known one. */
export function settings<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? unknownKeys((issue as unknown as { keys: string[] }).keys, Object.keys(shape))
        : undefined,
  });
}

function unknownKeys(unknown: readonly string[], known: readonly string[]): string {
  const fixes = unknown.map((key) => {
    const meant = nearest(key, known);
    return meant ? `remove "${key}", or write "${meant}"` : `remove "${key}"`;
  });
  return message(`only these keys are known here: ${known.join(", ")}`, fixes.join("; "));
}
