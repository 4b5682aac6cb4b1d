/** Has a skipped test say why nothing is tested: what is missing, and how to get it. With `NO_SKIPS` set, it fails. */
export function skipBecause(reason: string): void {
  if (process.env.NO_SKIPS) failBecause(reason);
  else {
    // Jest shows nothing that a file of skipped tests says on its console.
    process.stderr.write(`${reason}\n`);
    // biome-ignore lint/suspicious/noSkippedTests: what it needs cannot be installed by npm
    test.skip(reason, () => undefined);
  }
}

/** The same for what `.ci/run` installs: without it CI would lose tests that nobody misses, so there it is a failure. */
export function skipOutsideCi(reason: string): void {
  if (!process.env.CI) skipBecause(reason);
  else failBecause(reason);
}

function failBecause(reason: string): void {
  test(reason, () => {
    throw new Error(reason);
  });
}

/** Tests that need binaries which npm cannot install. `needed` has, by what to do about a missing one, the path of each. */
export function describeNeeding(
  name: string,
  needed: Readonly<Record<string, string | undefined>>,
  tests: (...binaries: string[]) => void,
): void {
  const missing = Object.keys(needed).filter((hint) => needed[hint] === undefined);
  if (missing.length > 0) skipBecause(`${name}: skipped; to have it tested, ${missing.join(", and ")}`);
  else describe(name, () => tests(...Object.values(needed).map(String)));
}
