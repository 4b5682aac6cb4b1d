import * as z from "zod";
import { nearest } from "./nearest";

// Compiling a parser does not pay for one file. Said here, as every part of the schema needs this module first.
z.config({ jitless: true });

/**
 * Message of a failed check: what must hold, and what to write instead. {@link ../environment/problem} splits it again.
 */
export function says(rule: string, fix: string): string {
  return `${rule}\n${fix}`;
}

/** A string that matches `pattern`. */
export function text(pattern: RegExp, rule: string, fix: string) {
  return z.string(says(rule, fix)).regex(pattern, says(rule, fix));
}

/** A whole number from `min` to `max`, both included. */
export function wholeNumber(min: number, max: number) {
  const message = says(`must be a whole number from ${min} to ${max}`, `write a number such as ${min}`);
  return z.number(message).int(message).min(min, message).max(max, message);
}

/** An object that refuses unknown keys and names the nearest known one. */
export function section<Shape extends z.core.$ZodShape>(shape: Shape) {
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
  return says(`only these keys are known here: ${known.join(", ")}`, fixes.join("; "));
}
