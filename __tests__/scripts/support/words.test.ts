import { parseWords } from "../../../scripts/support/words";

const options = { keep: { type: "boolean" }, output: { type: "string" } } as const;

test.each([
  [["--kepe"], "Unknown option '--kepe'"],
  [["--output"], "Option '--output <value>' argument missing"],
  [["--keep=1"], "Option '--keep' does not take an argument"],
])("%j is refused in one line with the options that are known, and where others go", (words, why) => {
  expect(() => parseWords(words, options, "; more after --")).toThrow(
    new Error(`${why}. Known: --keep, --output; more after --`),
  );
});
