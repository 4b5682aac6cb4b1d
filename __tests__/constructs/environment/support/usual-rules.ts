/** Rule and fix of a setting that is none of its choices, nor near one. */
export function oneOf(...choices: readonly string[]) {
  return { rule: `must be one of ${choices.join(", ")}`, fix: `write one of: ${choices.join(", ")}` };
}

/** Rule and fix of a number that is out of its range, both ends included. */
export function wholeNumber(min: number, max: number) {
  return { rule: `must be a whole number from ${min} to ${max}`, fix: `write a number such as ${min}` };
}

/** Rule and fix of a switch that is neither on nor off. */
export const trueOrFalse = { rule: "must be true or false", fix: "write true or false" };
