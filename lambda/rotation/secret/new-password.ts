import { randomInt } from "node:crypto";
import { CHARACTERS, type CharacterKind, type PasswordPolicy } from "../contract/passwords";
import { ConfigurationError } from "../support/errors";

/**
 * Each password that the policy allows is as likely as any other. Drawn here, and not by GetRandomPassword: that costs
 * a call, and its permission cannot be limited to a resource.
 */
export function newPassword(policy: PasswordPolicy, excludedCharacters: string): string {
  const kinds = (Object.keys(CHARACTERS) as CharacterKind[])
    .filter((kind) => !policy.excluded[kind])
    .map((kind) => [...CHARACTERS[kind]].filter((character) => !excludedCharacters.includes(character)));
  const alphabet = kinds.flat();
  const required = policy.requireEachIncludedType ? kinds : [alphabet];
  if (required.some((kind) => kind.length === 0)) {
    throw new ConfigurationError({
      problem:
        "The password settings of the rotation function exclude every character of a kind that they require",
      remedy: "Exclude fewer characters, or the whole kind, or set REQUIRE_EACH_INCLUDED_TYPE to false.",
    });
  }
  for (;;) {
    const password = Array.from({ length: policy.length }, () => alphabet[randomInt(alphabet.length)]).join(
      "",
    );
    if (required.every((kind) => kind.some((character) => password.includes(character)))) return password;
  }
}
