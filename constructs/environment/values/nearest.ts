import leven from "leven";

/** The word that was probably meant: one that begins alike, or with few letters changed. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const distance = (key: string) => (key.startsWith(word) ? 0 : leven(word.toLowerCase(), key.toLowerCase()));
  const [best] = [...known].sort((a, b) => distance(a) - distance(b));
  return best && distance(best) <= Math.max(2, word.length / 3) ? best : undefined;
}
