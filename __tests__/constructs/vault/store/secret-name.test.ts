import { isVaultSecretName } from "../../../../constructs/vault/store/secret-name";

test.each(["orders", "api.key", "a=b@c-d_e", "1st"])("%s is a name", (name) => {
  expect(isVaultSecretName(name)).toBe(true);
});

test.each([
  "",
  "..",
  ".hidden",
  "a/b",
  "a b",
  "*",
  "+",
  "a+b",
  'a"b',
  "a#b",
  "a?b",
  "a%2fb",
  "{{x}}",
  "a\nb",
])("%j is none: it would be another path, or a pattern of paths", (name) => {
  expect(isVaultSecretName(name)).toBe(false);
});
