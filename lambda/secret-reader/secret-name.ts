import { wrongValue } from "./wrong-value";

/**
 * A name that means one secret in every source: a segment that is empty or of dots would lead to another Vault path.
 *
 * @throws Error if it is none.
 */
export function checkName(name: string): string {
  if (/(^|\/)\.{0,2}(\/|$)/.test(name)) {
    throw wrongValue(
      "A secret's name must be words between single slashes, none of dots only",
      name,
      "correct it",
    );
  }
  return name;
}
