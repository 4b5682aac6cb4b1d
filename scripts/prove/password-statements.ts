/**
 * Finds statements about passwords (Amazon CloudWatch Logs User Guide, "Filter pattern syntax": what stands between
 * percent signs is a regular expression).
 */
export const STATEMENTS_WITH_PASSWORDS =
  "%[Pp][Aa][Ss][Ss][Ww][Oo][Rr][Dd]|[Ii][Dd][Ee][Nn][Tt][Ii][Ff][Ii][Ee][Dd]%";

/** What the servers write in a password's place, and verifiers, from which nobody gets a password back. */
const HARMLESS = String.raw`SCRAM-SHA-256\$|<secret>|\*{3}|\*[0-9A-F]{40}'|\$A\$005\$`;

const LITERAL = new RegExp(
  String.raw`\b(PASSWORD(\s+FOR\s+\S+)?|IDENTIFIED(\s+(WITH|VIA)\s+\S+)?\s+(BY|AS|USING))` +
    String.raw`\s*[=(]?\s*\\*['"](?!${HARMLESS})[^'"\\]`,
  "i",
);

/** How many of the lines show a password. */
export function passwordsIn(lines: readonly string[]): number {
  return lines.filter((line) => LITERAL.test(line)).length;
}
