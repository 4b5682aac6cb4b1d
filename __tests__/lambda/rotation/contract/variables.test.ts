import { readSettings, rotationVariables } from "../../../../lambda/rotation/contract/variables";
import { ConfigurationError } from "../../../../lambda/rotation/support/errors";
import { createCertificateAuthority } from "../../../../scripts/support/certificates";

test("hosts alone are enough; the rest are AWS's defaults", () => {
  const settings = readSettings({ DATABASE_HOSTS: " Writer.example  reader.example " });
  expect([...settings.databaseHosts]).toEqual(["writer.example", "reader.example"]);
  expect([...settings.hostsWithoutTls]).toEqual([]);
  expect(settings.superuserSecretArn).toBeUndefined();
  expect(settings.databaseCa).toBeUndefined();
  expect(settings.passwords).toEqual({
    length: 32,
    excluded: { numbers: false, punctuation: false, uppercase: false, lowercase: false },
    excludedCharacters: undefined,
    requireEachIncludedType: true,
  });
});

test("every problem is named at once", () => {
  const read = () =>
    readSettings({
      HOSTS_WITHOUT_TLS: "elsewhere",
      SUPERUSER_SECRET_ARN: "superuser",
      DATABASE_CA_PEM: "not a certificate",
      PASSWORD_LENGTH: "many",
      EXCLUDE_NUMBERS: "y",
      EXCLUDE_PUNCTUATION: "1",
      EXCLUDE_UPPERCASE: "TRUE",
      EXCLUDE_LOWERCASE: "Yes",
    });
  expect(read).toThrow(ConfigurationError);
  for (const name of [
    "DATABASE_HOSTS must name",
    'HOSTS_WITHOUT_TLS must name hosts of DATABASE_HOSTS, got "elsewhere"',
    'SUPERUSER_SECRET_ARN must be the ARN of a secret, got "superuser"',
    "DATABASE_CA_PEM must hold X.509 certificates",
    'PASSWORD_LENGTH must be a whole number from 8 to 128, got "many"',
    "leave no characters",
  ]) {
    expect(read).toThrow(name);
  }
});

test.each(["7", "129", "12.5", "0x20x"])("a password length of %s is refused", (length) => {
  expect(() => readSettings({ DATABASE_HOSTS: "db", PASSWORD_LENGTH: length })).toThrow("PASSWORD_LENGTH");
});

test.each([
  ["true", true],
  ["1", true],
  ["Y", true],
  ["yes", true],
  ["on", false],
  ["", false],
  ["false", false],
])("the flag %p means %p, as in AWS's functions", (text, expected) => {
  const { passwords } = readSettings({
    DATABASE_HOSTS: "db",
    EXCLUDE_NUMBERS: text,
    REQUIRE_EACH_INCLUDED_TYPE: text,
  });
  expect(passwords.excluded.numbers).toBe(expected);
  expect(passwords.requireEachIncludedType).toBe(expected);
});

test("EXCLUDE_CHARACTERS is taken as it is, blanks too", () => {
  const excluded = (EXCLUDE_CHARACTERS: string) =>
    readSettings({ DATABASE_HOSTS: "db", EXCLUDE_CHARACTERS }).passwords.excludedCharacters;
  expect(excluded(" '")).toBe(" '");
  expect(excluded("")).toBe("");
});

test("a bundle of several certificates is accepted, one with a broken certificate is not", async () => {
  const [one, two] = [await createCertificateAuthority("one"), await createCertificateAuthority("two")];
  const DATABASE_CA_PEM = `${one.certificatePem}\n${two.certificatePem}`;
  expect(readSettings({ DATABASE_HOSTS: "db", DATABASE_CA_PEM }).databaseCa).toBe(DATABASE_CA_PEM.trim());
  const broken = DATABASE_CA_PEM.replace("MI", "XX");
  expect(() => readSettings({ DATABASE_HOSTS: "db", DATABASE_CA_PEM: broken })).toThrow("DATABASE_CA_PEM");
});

test("a key in the place of certificates is refused", async () => {
  const { keyPem } = await (await createCertificateAuthority("own")).issue({ hosts: ["db"] });
  expect(() => readSettings({ DATABASE_HOSTS: "db", DATABASE_CA_PEM: keyPem })).toThrow("DATABASE_CA_PEM");
});

describe("what a construct writes, the function reads:", () => {
  const superuserSecretArn = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:superuser-AbCdEf";
  const database = { host: "writer.example", superuserSecretArn };

  test("a database and nothing else", () => {
    expect(readSettings(rotationVariables(database))).toEqual(
      readSettings({ DATABASE_HOSTS: "writer.example", SUPERUSER_SECRET_ARN: superuserSecretArn }),
    );
  });

  test("every setting", async () => {
    const { certificatePem } = await createCertificateAuthority("own");
    const variables = rotationVariables(
      { ...database, allowWithoutTls: true, certificateAuthority: certificatePem },
      {
        length: 40,
        excludeCharacters: " '",
        excludeNumbers: true,
        excludePunctuation: false,
        excludeUppercase: true,
        excludeLowercase: false,
        requireEachIncludedType: false,
      },
    );
    expect(readSettings(variables)).toEqual({
      databaseHosts: new Set(["writer.example"]),
      hostsWithoutTls: new Set(["writer.example"]),
      superuserSecretArn,
      databaseCa: certificatePem.trim(),
      passwords: {
        length: 40,
        excluded: { numbers: true, punctuation: false, uppercase: true, lowercase: false },
        excludedCharacters: " '",
        requireEachIncludedType: false,
      },
    });
  });
});
