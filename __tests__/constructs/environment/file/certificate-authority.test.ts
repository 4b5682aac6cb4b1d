import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { type Environment, loadEnvironment } from "../../../../constructs/environment";
import { changed, environmentFolder, load, refusal } from "../../../support/environment-files";
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
    expect(pemOf(load(dev))).toBeUndefined();
  });
});

test("Vault's is known by its file too, which the Vault provider reads", () => {
  const settings = changed(dev, { "vault.server.certificateAuthorityFile": "ca.pem" });
  const root = environmentFolder({ "dev.json": settings, "ca.pem": certificateAuthorityPem });
  expect(vaultAuthority(loadEnvironment("dev", { root, variables: {} }))?.path).toBe(
    join(root, "environments", "ca.pem"),
  );
});

describe("both together", () => {
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
