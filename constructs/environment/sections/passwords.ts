import * as z from "zod";
import { CHARACTERS } from "../../../lambda/rotation/contract/passwords";
import { message, settings, text, wholeNumber } from "../values/format";

/** Kinds of characters, by the key that leaves one out. */
const KINDS = {
  excludeNumbers: ["digit", CHARACTERS.numbers],
  excludePunctuation: ["punctuation mark", CHARACTERS.punctuation],
  excludeUppercase: ["upper-case letter", CHARACTERS.uppercase],
  excludeLowercase: ["lower-case letter", CHARACTERS.lowercase],
} as const;

type Policy = { [Key in keyof typeof KINDS]?: boolean } & {
  readonly excludeCharacters?: string;
  readonly requireEachIncludedType?: boolean;
};

/** Passwords that rotations make. */
export const passwords = settings({
  length: wholeNumber(8, 128).optional().describe("Characters of a password. Left out: 32."),
  excludeCharacters: text(/^[ -~]*$/, "must hold printable ASCII only", "remove the other characters")
    .optional()
    .describe(
      "Left out: what AWS's function for the engine excludes. One character of each kind must be left, " +
        "unless requireEachIncludedType is false.",
    ),
  excludeNumbers: z.boolean().optional().describe("No digits. Left out: false."),
  excludePunctuation: z.boolean().optional().describe("No punctuation marks. Left out: false."),
  excludeUppercase: z.boolean().optional().describe("No upper-case letters. Left out: false."),
  excludeLowercase: z.boolean().optional().describe("No lower-case letters. Left out: false."),
  requireEachIncludedType: z
    .boolean()
    .optional()
    .describe("One character of each kind at least. Left out: true."),
})
  .refine((policy) => includedKinds(policy).length > 0, {
    path: ["excludeNumbers"],
    error: message("some kind of character must be left", "remove one of the four"),
  })
  .refine((policy) => !exhaustedKind(policy), {
    path: ["excludeCharacters"],
    error: ({ input }) =>
      message(
        `must leave a ${exhaustedKind(input as Policy)}`,
        "remove a character, or leave the whole kind out",
      ),
  })
  .describe("Passwords that rotations make.");

function includedKinds(policy: Policy): readonly (readonly [name: string, characters: string])[] {
  return Object.entries(KINDS)
    .filter(([key]) => !policy[key as keyof typeof KINDS])
    .map(([, kind]) => kind);
}

/** A kind of which no character is left although passwords need one, if there is one. */
function exhaustedKind(policy: Policy): string | undefined {
  const { excludeCharacters = "", requireEachIncludedType = true } = policy;
  const kinds = includedKinds(policy);
  const isExhausted = ([, characters]: (typeof kinds)[number]) =>
    [...characters].every((character) => excludeCharacters.includes(character));
  const exhausted = kinds.filter(isExhausted);
  const [first] = exhausted;
  return first && (requireEachIncludedType || exhausted.length === kinds.length) ? first[0] : undefined;
}
