import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * What a command was called with.
 *
 * @param more where other options go, if there are any
 * @throws Error with one line for people; of an option that is not known, with those that are
 */
export function parseWords<const Known extends Options>(words: readonly string[], options: Known, more = "") {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, tokens: true });
  } catch (error) {
    throw unknownWord((error as Error).message.split(". ")[0] ?? "", options, more);
  }
}

/** What is refused, in a line with what is known. */
export function unknownWord(what: string, options: Options, more = ""): Error {
  const known = Object.keys(options).map((name) => `--${name}`);
  return new Error(`${what}. Known: ${known.join(", ")}${more}`);
}

/**
 * Ends a command that takes no words, if it was called with any.
 *
 * @param instead what it takes in their place, if there is anything
 */
export function takeNoWords(command: string, instead = ""): void {
  const words = process.argv.slice(2);
  if (words.length === 0) return;
  process.stderr.write(`npm run ${command} takes no words, got ${words.join(" ")}${instead}\n`);
  process.exit(1);
}
