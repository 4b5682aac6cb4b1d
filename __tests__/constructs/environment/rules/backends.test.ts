import { loadEnvironment } from "../../../../constructs/environment";
import { SECRETS_EXTENSION_TABLE_READ } from "../../../../constructs/native/extension-layer";
import { changed, environmentFolder, load, problems, refusal } from "../../../support/environment-files";
import { certificateAuthorityPem } from "../../../support/fixtures";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";
import { oneOf, trueOrFalse } from "../support/usual-rules";
import { vault } from "../support/vault-settings";

const dev = changed(shippedSettings("dev"), { vault });
const adopt = shippedSettings("adopt");
const both = ["native", "vault"];

describe("backends: refuses", () => {
  refuses(dev, [
    ...[["vault"], both].map((backends) => ({
      change: { vault: undefined, backends },
      rule: 'needed by the backend "vault"',
      got: "nothing",
      fix: 'add "vault": { "server": { "kind": "adopted", "address": "https://…" } }',
    })),
    ...[["native"], both].map((backends) => ({
      change: { secrets: [], functions: [], backends },
      rule: 'needed by the backend "native"',
      got: "[]",
      fix: "add an entry to secrets",
    })),
    {
      change: { backends: [] },
      rule: "needs at least one backend",
      got: "[]",
      fix: 'write ["native"] or ["vault"]',
    },
    {
      change: { backends: ["vault", "vault"] },
      rule: "backends must differ",
      got: '["vault","vault"]',
      fix: "remove the repeated one",
    },
    {
      change: { backends: ["native", "redis"] },
      path: "backends[1]",
      got: '"redis"',
      ...oneOf("native", "vault"),
    },
    {
      change: { backends: "native" },
      rule: "must be a list",
      got: '"native"',
      fix: "write a list",
    },
    {
      change: { fallback: "vault" },
      got: '"vault"',
      ...trueOrFalse,
    },
    ...["native", "vault"].map((backend) => ({
      change: { fallback: true, backends: [backend] },
      rule: "has an effect with two backends only",
      got: "true",
      fix: "remove it, or name a second backend in backends",
    })),
  ]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["a fallback from Vault to Secrets Manager", { backends: ["vault", "native"], fallback: true }],
  ["no fallback", { fallback: false }],
  ["a section for Vault that no backend needs", {}],
])("%s is accepted", (_, change) => {
  expect(() => load(changed(dev, change))).not.toThrow();
});

describe("delivery of native secrets: refuses", () => {
  const layer = (region: string) => `arn:aws:lambda:${region}:111122223333:layer:extension:1`;
  refuses(dev, [
    {
      change: { native: { delivery: "http" } },
      path: "native.delivery",
      got: '"http"',
      ...oneOf("sdk", "extension"),
    },
    {
      change: { native: { delivery: "extension", layerArns: { arm64: "extension" } } },
      path: "native.layerArns.arm64",
      rule: "must be the ARN of a layer version",
      got: '"extension"',
      fix: 'write for example "arn:aws:lambda:ap-northeast-2:111122223333:layer:vault-lambda-extension:1"',
    },
    {
      change: { native: { delivery: "extension", layerArns: { x86_64: layer("us-east-1") } } },
      path: "native.layerArns.x86_64",
      rule: "must be of region ap-northeast-2",
      got: JSON.stringify(layer("us-east-1")),
      fix: "name one there, or correct `region`",
    },
    {
      change: { native: { layerArns: { arm64: layer("ap-northeast-2") } } },
      path: "native.layerArns",
      rule: "a layer is for the delivery by extension",
      got: "an object",
      fix: 'remove it, or write "extension" for delivery',
    },
    {
      change: { "native.newestLayer": true },
      rule: "a layer is for the delivery by extension",
      got: "true",
      fix: 'remove it, or write "extension" for delivery',
    },
  ]);
  refuses(changed(adopt, { "network.secretsManagerEndpoint": undefined }), [
    {
      change: { native: { delivery: "extension" } },
      path: "native.delivery",
      rule: "the extension needs a Secrets Manager endpoint with private DNS, which is not created in an adopted VPC",
      got: '"extension"',
      fix: 'name yours in network.secretsManagerEndpoint, or write "sdk"',
    },
  ]);
});

describe("AWS's extension in a region that the table does not know", () => {
  const region = "me-west-1";
  const layer = `arn:aws:lambda:${region}:111122223333:layer:extension:1`;
  const loadThere = (change: Readonly<Record<string, unknown>>) => {
    const settings = changed(dev, {
      native: { delivery: "extension" },
      region,
      "network.zones": [`${region}a`, `${region}b`],
      "databases.main.certificateAuthorityFile": "ca.pem",
      ...change,
    });
    const root = environmentFolder({ "dev.json": settings, "ca.pem": certificateAuthorityPem });
    return loadEnvironment("dev", { root, variables: {} });
  };

  test("is refused for each architecture that has no layer", () => {
    expect(refusal(() => loadThere({ "native.layerArns": { x86_64: layer } })).problems).toEqual([
      {
        path: "native.layerArns.arm64",
        rule:
          `the layer of the AWS Parameters and Secrets extension for arm64 was not known in region ${region} ` +
          `on ${SECRETS_EXTENSION_TABLE_READ}`,
        got: "nothing",
        fix: "write true for native.newestLayer, name an ARN in native.layerArns, or set native.delivery to sdk",
      },
    ]);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["for functions in code alone", { functions: [] }],
    ["with a layer of one's own", { "native.layerArns": { arm64: layer } }],
    ["with the one that AWS's parameter names", { "native.newestLayer": true }],
  ])("is accepted %s", (_, change) => {
    expect(() => loadThere(change)).not.toThrow();
  });
});

test("an endpoint of the adopted VPC serves AWS's extension", () => {
  expect(load(changed(adopt, { native: { delivery: "extension" } })).native.delivery).toBe("extension");
});

describe("SECRET_BACKEND", () => {
  test.each(["native", "vault", "native,vault", "vault,native"])(
    "%s overrides the file's backends",
    (value) => {
      expect(load({ ...dev, backends: ["unheard-of"] }, { SECRET_BACKEND: value }).backends).toEqual(
        value.split(","),
      );
    },
  );

  test.each([
    ["redis", "native"],
    ["", "native"],
    ["vault, native", "native"],
    ["native,native", "native"],
    ["both", "native,vault"],
  ])("must name backends, not %j", (value, choice) => {
    expect(problems(dev, { SECRET_BACKEND: value })).toEqual([
      {
        path: "SECRET_BACKEND",
        rule: "the environment variable must be one of native; vault; native,vault; vault,native",
        got: JSON.stringify(value),
        fix: `set SECRET_BACKEND=${choice}, or unset it`,
      },
    ]);
  });

  test("has rules of the backend that it chooses checked", () => {
    expect(problems(changed(dev, { vault: undefined }), { SECRET_BACKEND: "vault" })).toMatchObject([
      { path: "vault", rule: 'needed by the backend "vault"' },
    ]);
  });

  test.each(["native", "vault"])("%s leaves the fallback without effect, not refused", (backend) => {
    const settings = { ...dev, backends: ["vault", "native"], fallback: true };
    expect(load(settings, { SECRET_BACKEND: backend })).toMatchObject({
      backends: [backend],
      fallback: true,
    });
  });

  test("may give a fallback its effect", () => {
    const settings = { ...dev, fallback: true };
    expect(load(settings, { SECRET_BACKEND: "vault,native" })).toMatchObject({ fallback: true });
  });
});

test("two backends do not fall back unless told to", () => {
  expect(load({ ...dev, backends: both })).toMatchObject({ fallback: false, native: { delivery: "sdk" } });
});
