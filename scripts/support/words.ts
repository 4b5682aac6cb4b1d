import { type ParseArgsConfig, parseArgs } from "node:util";

/**
 * What a command was called with.
 *
 * @param more where other options go, if there are any
 * @throws Error with one line for people; of an option that is not known, with those that are
 */
export function parseWords<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  words: readonly string[],
  options: Options,
  more = "",
) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, tokens: true });
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new Error(`${(error as Error).message.split(". ")[0]}. Known: ${known.join(", ")}${more}`);
  }
}
