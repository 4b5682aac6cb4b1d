/**
 * Text from a secret, a tag or an event, for a message: in quotes, at most 128 characters, control and non-ASCII
 * characters escaped, so that nobody can forge a log line (CWE-117) or hide one.
 */
export function quote(text: string): string {
  return asciiJson(text.length > 128 ? `${text.slice(0, 128)}...` : text);
}

/** JSON in printable ASCII only: one line whatever the terminal or log viewer makes of U+2028 or C1 controls. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
