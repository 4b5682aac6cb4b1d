/** Kinds of characters, as AWS Secrets Manager API Reference has them, "GetRandomPassword". */
export const CHARACTERS = {
  numbers: "0123456789",
  punctuation: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
  uppercase: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  lowercase: "abcdefghijklmnopqrstuvwxyz",
} as const;

export type CharacterKind = keyof typeof CHARACTERS;

export interface PasswordPolicy {
  readonly length: number;
  readonly excluded: Readonly<Record<CharacterKind, boolean>>;
  /** @default - the engine's */
  readonly excludedCharacters: string | undefined;
  readonly requireEachIncludedType: boolean;
}
