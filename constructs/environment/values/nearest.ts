import leven from "leven";

/** The word that was probably meant: one that begins alike, or with few letters changed. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const distance = (key: string) => (key.startsWith(word) ? 0 : leven(word.toLowerCase(), key.toLowerCase()));
  const [best] = [...known].sort((a, b) => distance(a) - distance(b));
  return best && distance(best) <= Math.max(2, word.length / 3) ? best : undefined;
}

/** What to write in the place of a value that is none of `known`. */
export function writeOneOf(got: unknown, known: readonly string[]): string {
  const [only] = known.length === 1 ? known : [];
  const meant = only ?? (typeof got === "string" && got !== "" ? nearest(got, known) : undefined);
  return meant === undefined ? `write one of: ${known.join(", ")}` : `write "${meant}"`;
}
