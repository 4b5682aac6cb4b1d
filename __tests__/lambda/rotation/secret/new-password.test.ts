import fc from "fast-check";
import { CHARACTERS } from "../../../../lambda/rotation/contract/passwords";
import { newPassword } from "../../../../lambda/rotation/secret/new-password";
import { ConfigurationError } from "../../../../lambda/rotation/support/errors";

const ALL = { numbers: false, punctuation: false, uppercase: false, lowercase: false };
const policy = (settings: object = {}) => ({
  length: 32,
  excluded: ALL,
  excludedCharacters: undefined,
  requireEachIncludedType: true,
  ...settings,
});

test("any policy is kept: length, kinds, excluded characters, and one of each kind", () => {
  const policies = fc.record({
    length: fc.integer({ min: 8, max: 128 }),
    excluded: fc
      .record({
        numbers: fc.boolean(),
        punctuation: fc.boolean(),
        uppercase: fc.boolean(),
        lowercase: fc.boolean(),
      })
      .filter((excluded) => Object.values(excluded).includes(false)),
    excludedCharacters: fc.constantFrom(...Object.values(CHARACTERS)).map((kind) => kind.slice(1)),
    requireEachIncludedType: fc.boolean(),
  });
  fc.assert(
    fc.property(policies, (drawn) => {
      const { excluded, excludedCharacters, length } = drawn;
      const kinds = Object.entries(CHARACTERS)
        .filter(([kind]) => !excluded[kind as keyof typeof ALL])
        .map(([, characters]) => [...characters].filter((one) => !excludedCharacters.includes(one)));
      const password = [...newPassword(drawn, excludedCharacters)];
      expect(password).toHaveLength(length);
      expect(password.filter((character) => !kinds.flat().includes(character))).toEqual([]);
      if (drawn.requireEachIncludedType) {
        for (const kind of kinds) expect(kind.some((character) => password.includes(character))).toBe(true);
      }
    }),
  );
});

test("passwords differ, and every character of the alphabet comes up", () => {
  const passwords = Array.from({ length: 200 }, () => newPassword(policy(), ""));
  expect(new Set(passwords).size).toBe(200);
  expect([...new Set(passwords.join(""))].sort()).toEqual([...Object.values(CHARACTERS).join("")].sort());
});

test("a kind without a character left is an error of the settings where one of each kind is required", () => {
  expect(() => newPassword(policy(), CHARACTERS.numbers)).toThrow(ConfigurationError);
  expect(newPassword(policy({ requireEachIncludedType: false }), CHARACTERS.numbers)).toMatch(/^\D{32}$/);
});

test("settings that leave no character at all are an error, not an endless search", () => {
  const none = Object.values(CHARACTERS).join("");
  expect(() => newPassword(policy({ requireEachIncludedType: false }), none)).toThrow(ConfigurationError);
});
