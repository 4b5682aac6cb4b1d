import { changed, load, problems } from "../../../support/environment-files";
import { shippedSettings } from "../../../support/shipped";
import { refuses } from "../support/refuses";
import { oneOf, trueOrFalse } from "../support/usual-rules";

const dev = shippedSettings("dev");
const adopt = shippedSettings("adopt");

describe("backends: refuses", () => {
  refuses(dev, [
    ...["vault", "both"].map((backend) => ({
      change: { vault: undefined, backend },
      rule: `needed by the backend "${backend}"`,
      got: "nothing",
      fix: 'add "vault": { "address": "https://…" }',
    })),
    {
      change: { secrets: [], consumers: [], backend: "both" },
      rule: 'needed by the backend "both"',
      got: "[]",
      fix: "add an entry to secrets",
    },
    {
      change: { primary: "redis" },
      got: '"redis"',
      ...oneOf("native", "vault"),
    },
    {
      change: { fallback: "vault" },
      got: '"vault"',
      ...trueOrFalse,
    },
  ]);
});

describe("settings of a pair: refuses", () => {
  refuses(dev, [
    ...(
      [
        [{ primary: "vault" }, '"vault"'],
        [{ primary: "native", backend: "vault" }, '"native"'],
        [{ fallback: true }, "true"],
        [{ fallback: true, backend: "vault" }, "true"],
      ] as const
    ).map(([change, got]) => ({
      change,
      rule: 'has an effect with the backend "both" alone',
      got,
      fix: "remove it",
    })),
  ]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["a pair's primary", { backend: "both", primary: "vault", fallback: true }],
  ["the only backend as primary", { primary: "native" }],
  ["Vault alone as primary", { backend: "vault", primary: "vault" }],
  ["no fallback", { fallback: false }],
])("%s is accepted", (_, change) => {
  expect(() => load(changed(dev, change))).not.toThrow();
});

test("SECRET_BACKEND may make a pair of a file that says what the pair does", () => {
  const settings = changed(dev, { primary: "vault", fallback: true });
  expect(load(settings, { SECRET_BACKEND: "both" })).toMatchObject({ primary: "vault", fallback: true });
});

describe("delivery of native secrets: refuses", () => {
  const elsewhere = "arn:aws:lambda:us-east-1:111122223333:layer:extension:1";
  refuses(dev, [
    {
      change: { native: { delivery: "http" } },
      path: "native.delivery",
      got: '"http"',
      ...oneOf("sdk", "extension"),
    },
    {
      change: { native: { delivery: "extension", layerArn: "extension" } },
      path: "native.layerArn",
      rule: "must be the ARN of a layer version",
      got: '"extension"',
      fix: 'write for example "arn:aws:lambda:ap-northeast-2:111122223333:layer:vault-lambda-extension:1"',
    },
    {
      change: { native: { delivery: "extension", layerArn: elsewhere } },
      path: "native.layerArn",
      rule: "must be of region ap-northeast-2",
      got: JSON.stringify(elsewhere),
      fix: "name one there, or correct `region`",
    },
    {
      change: { native: { layerArn: elsewhere.replace("us-east-1", "ap-northeast-2") } },
      path: "native.layerArn",
      rule: "a layer is for the delivery by extension",
      got: JSON.stringify(elsewhere.replace("us-east-1", "ap-northeast-2")),
      fix: 'remove it, or write "extension" for delivery',
    },
    {
      change: {
        native: { delivery: "extension" },
        region: "me-central-1",
        "network.zones": ["me-central-1a", "me-central-1b"],
      },
      path: "native.layerArn",
      rule: "the layer of the AWS Parameters and Secrets extension for arm64 is not known in region me-central-1",
      got: "nothing",
      fix: "name the ARN that the AWS Secrets Manager User Guide lists, or set native.delivery to sdk",
    },
    {
      change: { "consumers[0].runtime": "python3.13" },
      rule: "the Python sample reads over HTTP, not through an SDK",
      got: '"python3.13"',
      fix: 'set native.delivery to "extension"',
    },
    {
      change: { "consumers[0].runtime": "python3.9" },
      got: '"python3.9"',
      ...oneOf("nodejs22.x", "nodejs24.x", "python3.12", "python3.13", "python3.14"),
    },
    {
      change: { consumerArchitecture: "riscv" },
      got: '"riscv"',
      ...oneOf("arm64", "x86_64"),
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

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["Python that reads from AWS's extension", { native: { delivery: "extension" } }],
  ["Python that reads from Vault", { backend: "vault" }],
  ["Python that reads from Vault first", { backend: "both", primary: "vault" }],
  [
    "AWS's extension for x86_64 where there is none for arm64",
    {
      native: { delivery: "extension" },
      consumerArchitecture: "x86_64",
      region: "ap-northeast-3",
      "network.zones": ["ap-northeast-3a", "ap-northeast-3b"],
    },
  ],
])("%s is accepted", (_, change) => {
  const settings = changed(dev, { "consumers[0].runtime": "python3.13", ...change });
  expect(() => load(settings)).not.toThrow();
});

test("an endpoint of the adopted VPC serves AWS's extension", () => {
  expect(load(changed(adopt, { native: { delivery: "extension" } })).native.delivery).toBe("extension");
});

describe("SECRET_BACKEND", () => {
  test.each(["native", "vault", "both"])("%s overrides the file's backend", (backend) => {
    expect(load({ ...dev, backend: "unheard-of" }, { SECRET_BACKEND: backend }).backend).toBe(backend);
  });

  test("has rules of the backend that it chooses checked", () => {
    expect(problems(changed(dev, { vault: undefined }), { SECRET_BACKEND: "vault" })).toMatchObject([
      { path: "vault", rule: 'needed by the backend "vault"' },
    ]);
  });

  test.each(["native", "vault"])("%s leaves what only a pair has without effect, not refused", (backend) => {
    const settings = { ...dev, backend: "both", primary: "vault", fallback: true };
    expect(load(settings, { SECRET_BACKEND: backend })).toMatchObject({ backend, fallback: true });
  });
});

test("a pair reads from Secrets Manager and does not fall back unless told to", () => {
  expect(load({ ...dev, backend: "both" })).toMatchObject({
    primary: "native",
    fallback: false,
    native: { delivery: "sdk" },
    consumerArchitecture: "arm64",
  });
});
