import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { type Environment, loadEnvironment } from "../../../../constructs/environment";
import {
  changed,
  environmentFolder,
  load as loadSettings,
  refusal,
} from "../../../support/environment-files";
import { certificateAuthorityPem } from "../../../support/fixtures";
import { shippedSettings } from "../support/shipped-settings";
import { vault } from "../support/vault-settings";

const dev = changed(shippedSettings("dev"), { vault });
const privateKeyPem = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
const withoutEnd = (pem: string) => pem.replace(/-----END.*/s, "");
const besideTruncatedKey = `${certificateAuthorityPem}${withoutEnd(privateKeyPem)}`;
const aroundKey = `${withoutEnd(certificateAuthorityPem)}${withoutEnd(privateKeyPem)}${certificateAuthorityPem}`;

const vaultAuthority = ({ vault }: Environment) => vault?.server.certificateAuthority;

describe.each<[string, string, (environment: Environment) => string | undefined]>([
  ["a database", "databases.main", ({ databases }) => databases.main?.certificateAuthority],
  ["Vault", "vault.server", (environment) => vaultAuthority(environment)?.pem],
])("of %s", (_, section, pemOf) => {
  const path = `${section}.certificateAuthorityFile`;
  const settings = changed(dev, { [path]: "ca.pem" });

  test("is read from beside the environment file", () => {
    const root = environmentFolder({ "dev.json": settings, "ca.pem": certificateAuthorityPem });
    expect(pemOf(loadEnvironment("dev", { root, variables: {} }))).toBe(certificateAuthorityPem);
  });

  test.each([
    ["missing", {}, /^must be a readable file/],
    ["not a certificate", { "ca.pem": "hunter2" }, /^must hold PEM certificates and nothing else/],
    ["beside its private key", { "ca.pem": `${certificateAuthorityPem}${privateKeyPem}` }, /nothing else/],
    ["beside a private key without its end", { "ca.pem": besideTruncatedKey }, /nothing else/],
    ["around a private key", { "ca.pem": aroundKey }, /nothing else/],
    ["beside other text", { "ca.pem": `hunter2\n${certificateAuthorityPem}` }, /nothing else/],
    ["too large for Lambda", { "ca.pem": certificateAuthorityPem.repeat(9) }, /at most 3000 bytes/],
  ])("that is %s is refused, without its content", (_, files, rule) => {
    const root = environmentFolder({ "dev.json": settings, ...files });
    const error = refusal(() => loadEnvironment("dev", { root, variables: {} }));
    expect(error.problems).toMatchObject([{ path, rule: expect.stringMatching(rule), got: '"ca.pem"' }]);
    expect(error.message).not.toMatch(/hunter2|BEGIN/);
  });

  test("may have blank lines and Windows line ends between its certificates", () => {
    const spaced = `\r\n${certificateAuthorityPem}\r\n\n${certificateAuthorityPem}`;
    const root = environmentFolder({ "dev.json": settings, "ca.pem": spaced });
    expect(pemOf(loadEnvironment("dev", { root, variables: {} }))).toBe(certificateAuthorityPem.repeat(2));
  });

  test("is left out if none is named", () => {
    expect(pemOf(loadSettings(dev))).toBeUndefined();
  });
});

test("Vault's is known by its file too, which the Vault provider reads", () => {
  const settings = changed(dev, { "vault.server.certificateAuthorityFile": "ca.pem" });
  const root = environmentFolder({ "dev.json": settings, "ca.pem": certificateAuthorityPem });
  expect(vaultAuthority(loadEnvironment("dev", { root, variables: {} }))?.path).toBe(
    join(root, "environments", "ca.pem"),
  );
});

describe("all together", () => {
  const settings = changed(dev, {
    "databases.main.certificateAuthorityFile": "database.pem",
    "vault.server.certificateAuthorityFile": "vault.pem",
  });
  const copies = (database: number, vault: number) =>
    environmentFolder({
      "dev.json": settings,
      "database.pem": certificateAuthorityPem.repeat(database),
      "vault.pem": certificateAuthorityPem.repeat(vault),
    });

  test("fit into the environment of a function", () => {
    expect(() => loadEnvironment("dev", { root: copies(1, 3), variables: {} })).not.toThrow();
  });

  test("are refused by one problem if they do not, though each would", () => {
    expect(refusal(() => loadEnvironment("dev", { root: copies(3, 3), variables: {} })).problems).toEqual([
      {
        path: "vault.server.certificateAuthorityFile",
        rule: `must fit into a function's environment beside the other certificateAuthorityFile settings: at most 3000 bytes together, have ${6 * certificateAuthorityPem.length}`,
        got: '"vault.pem"',
        fix: "leave only the root in each file, or have one authority with a shorter key sign all certificates",
      },
    ]);
  });

  test("are not added up while one of them is wrong by itself", () => {
    const { problems } = refusal(() => loadEnvironment("dev", { root: copies(0, 4), variables: {} }));
    expect(problems.map(({ path }) => path)).toEqual(["databases.main.certificateAuthorityFile"]);
  });
});

describe("of several databases", () => {
  const settings = changed(shippedSettings("dev"), {
    "databases.legacy": shippedSettings("dev").databases.main,
    "databases.main.certificateAuthorityFile": "main.pem",
    "databases.legacy.certificateAuthorityFile": "legacy.pem",
    "secrets[0].database": "main",
  });
  const load = (main: number, legacy: number, changes: Readonly<Record<string, unknown>> = {}) =>
    loadEnvironment("dev", {
      root: environmentFolder({
        "dev.json": changed(settings, changes),
        "main.pem": certificateAuthorityPem.repeat(main),
        "legacy.pem": certificateAuthorityPem.repeat(legacy),
      }),
      variables: {},
    });

  test("each belongs to its database, in the place of the file's name", () => {
    const { main, legacy } = load(1, 2).databases;
    expect(main).toMatchObject({ certificateAuthority: certificateAuthorityPem });
    expect(legacy).toMatchObject({ certificateAuthority: certificateAuthorityPem.repeat(2) });
    expect(main).not.toHaveProperty("certificateAuthorityFile");
  });

  test("must fit into the environment of a function, which gets them all", () => {
    expect(refusal(() => load(3, 3)).problems).toMatchObject([
      {
        path: "databases.legacy.certificateAuthorityFile",
        rule: expect.stringContaining("beside the other"),
      },
    ]);
  });

  test("leave less room for a function's variables", () => {
    const variables = { "functions[0].variables": { LONG: "x".repeat(1_900) } };
    expect(() => load(1, 1, { "functions[0].variables": { LONG: "x".repeat(1_700) } })).not.toThrow();
    expect(refusal(() => load(1, 1, variables)).problems).toMatchObject([
      {
        path: "functions[0].variables",
        rule: `must fit into the function's environment, beside certificates: at most 3000 bytes together, have ${2 * certificateAuthorityPem.length + 1_904}`,
      },
    ]);
  });
});
