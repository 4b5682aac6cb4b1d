import * as z from "zod";
import { message } from "../values/format";

/** IAM API reference, "Tag": what every service takes. IAM alone takes no two keys that differ in case alone. */
const CHARACTERS = "letters, digits, spaces and _ . : / = + - @";
const KEY_RULE = `a tag's key must hold 1 to 128 ${CHARACTERS}`;
const VALUE_RULE = `must be a text of at most 256 ${CHARACTERS}`;

/** Of the 50 that a resource may have; the rest is for this project, its secrets and who comes later. */
const MOST_TAGS = 40;

const OWN_KEYS = ["ManagedBy", "Stack", "Name"];

const value = z
  .string(message(VALUE_RULE, 'write for example "payments"'))
  .refine((text) => holds(text, 0, 256), message(VALUE_RULE, 'write for example "payments"'));

export const tags = z
  .record(
    z.string(),
    value,
    message("must be an object of texts", 'write for example { "Team": "payments" }'),
  )
  .superRefine(
    (record, context) => {
      const keys = Object.keys(record);
      for (const [index, key] of keys.entries()) {
        const rule = keyFault(key, keys.slice(0, index));
        if (rule)
          context.addIssue({
            code: "custom",
            path: [key],
            message: message(rule, "remove it, or choose another key"),
          });
      }
      if (keys.length > MOST_TAGS)
        context.addIssue({
          code: "custom",
          message: message(countRule(keys.length), `remove ${keys.length - MOST_TAGS}`),
        });
    },
    // Also where a value is wrong.
    { when: ({ value }) => typeof value === "object" && value !== null },
  )
  .default({})
  .describe(
    `Tags for every resource (provider default_tags): at most ${MOST_TAGS}; keys of 1 to 128, values of at ` +
      `most 256 ${CHARACTERS}.`,
  );

function keyFault(key: string, before: readonly string[]): string | undefined {
  if (!holds(key, 1, 128)) return KEY_RULE;
  // A default tag would end up on every secret, where the rotation function reads what it may grant.
  if (/^(aws|rotation):/i.test(key)) return '"aws:" and "rotation:" tags are set by AWS and by this project';
  const isSame = (other: string) => other.toLowerCase() === key.toLowerCase();
  const own = OWN_KEYS.find(isSame);
  if (own) return `${own} is set by this project`;
  return before.some(isSame) ? "two keys must differ in more than case" : undefined;
}

function countRule(count: number): string {
  return `must be at most ${MOST_TAGS}, are ${count}: of the 50 that a resource may have, this project needs some`;
}

/** The second expression is compiled for texts beyond ASCII alone. */
function holds(text: string, min: number, max: number): boolean {
  const length = [...text].length;
  return (
    length >= min &&
    length <= max &&
    (/^[\w .:/=+@-]*$/.test(text) || /^[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u.test(text))
  );
}
