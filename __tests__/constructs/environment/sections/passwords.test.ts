import { changed, load } from "../../../support/environment-files";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";
import { wholeNumber } from "../support/usual-rules";

const dev = shippedSettings("dev");

const digits = "0123456789";
const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const small = capitals.toLowerCase();
const marks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const noLetters = { excludeUppercase: true, excludeLowercase: true };
const everything = { excludeNumbers: true, excludePunctuation: true, ...noLetters };

describe("passwords: refuse", () => {
  const remove = "remove a character, or leave the whole kind out";
  refuses(dev, [
    {
      change: { rotation: { passwords: { length: 7 } } },
      path: "rotation.passwords.length",
      got: "7",
      ...wholeNumber(8, 128),
    },
    {
      change: { rotation: { passwords: { excludeCharacters: "é" } } },
      path: "rotation.passwords.excludeCharacters",
      rule: "must hold printable ASCII only",
      got: '"é"',
      fix: "remove the other characters",
    },
    {
      change: { rotation: { passwords: everything } },
      path: "rotation.passwords.excludeNumbers",
      rule: "some kind of character must be left",
      got: "true",
      fix: "remove one of the four",
    },
    ...[
      [{ excludeCharacters: digits }, "digit"],
      [{ excludeCharacters: marks }, "punctuation mark"],
      [{ excludeCharacters: capitals }, "upper-case letter"],
      [{ excludeCharacters: small }, "lower-case letter"],
      [{ excludeCharacters: digits, requireEachIncludedType: true }, "digit"],
      [
        { ...everything, excludeNumbers: false, excludeCharacters: digits, requireEachIncludedType: false },
        "digit",
      ],
    ].map(([passwords, kind]) => ({
      change: { rotation: { passwords } },
      path: "rotation.passwords.excludeCharacters",
      rule: `must leave a ${kind}`,
      got: expect.any(String),
      fix: remove,
    })),
  ]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["one digit", { excludeCharacters: digits.slice(1) }],
  ["no digit, if digits are left out", { excludeCharacters: digits, excludeNumbers: true }],
  ["no digit, if not each kind is needed", { excludeCharacters: digits, requireEachIncludedType: false }],
  ["one kind", { ...everything, excludeNumbers: false }],
  ["nothing excluded", { excludeCharacters: "" }],
])("passwords with %s are accepted", (_, passwords) => {
  expect(() => load(changed(dev, { rotation: { passwords } }))).not.toThrow();
});
