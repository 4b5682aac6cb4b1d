/**
 * Tests that need binaries which npm cannot install. `needed` has, by what to do about a missing one, the path of each.
 * Where one is missing, a skipped test says so.
 */
export function describeNeeding(
  name: string,
  needed: Readonly<Record<string, string | undefined>>,
  tests: (...binaries: string[]) => void,
): void {
  const missing = Object.keys(needed).filter((hint) => needed[hint] === undefined);
  if (missing.length === 0) {
    describe(name, () => tests(...Object.values(needed).map(String)));
    return;
  }
  const reason = `${name}: skipped; to have it tested, ${missing.join(", and ")}`;
  console.warn(reason);
  // biome-ignore lint/suspicious/noSkippedTests: what it needs cannot be installed by npm
  test.skip(reason, () => undefined);
}
