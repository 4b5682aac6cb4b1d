import { changed, load, problems } from "../../../support/environment-files";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";
import { oneOf, trueOrFalse, wholeNumber } from "../support/usual-rules";
import { vault } from "../support/vault-settings";

const dev = shippedSettings("dev");
const layer = (version: number) => `arn:aws:lambda:ap-northeast-2:111122223333:layer:tracing:${version}`;
const layers = (count: number) => Array.from({ length: count }, (_, index) => layer(index + 1));

describe("the rotation function: refuses", () => {
  refuses(dev, [
    {
      change: { "rotation.timeoutSeconds": 901 },
      got: "901",
      ...wholeNumber(30, 900),
    },
    {
      change: { "rotation.timeoutSeconds": "60" },
      got: '"60"',
      ...wholeNumber(30, 900),
    },
    {
      change: { "rotation.memoryMegabytes": 64 },
      got: "64",
      ...wholeNumber(128, 10240),
    },
    {
      change: { "rotation.immediately": 1 },
      got: "1",
      ...trueOrFalse,
    },
    {
      change: { "rotation.runtime": "nodejs18.x" },
      got: '"nodejs18.x"',
      ...oneOf("nodejs22.x", "nodejs24.x"),
      fix: 'write "nodejs22.x"',
    },
  ]);
});

describe("functions: refuse", () => {
  refuses(dev, [
    {
      change: { "functions[0].name": "Orders" },
      rule: "must start with a letter and hold at most 24 lower-case letters, digits and hyphens",
      got: '"Orders"',
      fix: 'write for example "orders"',
    },
    ...["rotation", "flow-logs", "rds-monitoring", "main-rotation"].map((name) => ({
      change: { "functions[0].name": name },
      rule: "rotation, flow-logs, rds-monitoring end the names of an environment's own functions and roles",
      got: `"${name}"`,
      fix: "choose another name",
    })),
    {
      change: { "functions[1]": dev.functions[0] },
      path: "functions[1].name",
      rule: "two functions cannot have the same name",
      got: '"orders"',
      fix: "choose another name",
    },
    ...["/srv/billing", "../billing", "lambda/../billing", "lambda/billing/", "lambda\\billing", ""].map(
      (code) => ({
        change: { "functions[0].code": code },
        rule: "must be a folder or .zip file of the project, as a path from the project's folder with /",
        got: JSON.stringify(code),
        fix: 'write for example "lambda/billing"',
      }),
    ),
    ...["lambda/samples/order", "lambda/samples", "lambda/samples/orders/handler.ts"].map((code) => ({
      change: { "functions[0].code": code },
      rule: "must be a folder with handler.ts or index.py, or a .zip file",
      got: JSON.stringify(code),
      fix: "correct the path, which begins at the project's folder, or put handler.ts or index.py there",
    })),
    {
      change: { "functions[0].code": "dist/billing.zip" },
      path: "functions[0].runtime",
      rule: "is required where code is a .zip file",
      got: "nothing",
      fix: 'add it: write for example "nodejs24.x"',
    },
    {
      change: { "functions[0].runtime": "python3.9" },
      got: '"python3.9"',
      ...oneOf("nodejs22.x", "nodejs24.x", "python3.12", "python3.13", "python3.14"),
      fix: 'write "python3.12"',
    },
    {
      change: { "functions[0].architecture": "riscv" },
      got: '"riscv"',
      ...oneOf("arm64", "x86_64"),
    },
    {
      change: { "functions[0].memoryMegabytes": 127 },
      got: "127",
      ...wholeNumber(128, 10240),
    },
    {
      change: { "functions[0].timeoutSeconds": 0 },
      got: "0",
      ...wholeNumber(1, 900),
    },
  ]);
});

describe("secrets of functions: refuse", () => {
  refuses(dev, [
    {
      change: { "functions[0].secrets[0]": "billing" },
      rule: "must be the name of a secret: orders",
      got: '"billing"',
      fix: 'write "orders"',
    },
    {
      change: { "functions[0].secrets": [] },
      rule: "a function here reads at least one secret",
      got: "[]",
      fix: "name an entry of secrets",
    },
    {
      change: { "functions[0].secrets": ["orders", "orders"] },
      rule: "secrets must differ",
      got: '["orders","orders"]',
      fix: "remove the repeated name",
    },
  ]);
  refuses(changed(dev, { backends: ["vault"], vault }), [
    {
      change: { "functions[0].secrets[0]": 7 },
      rule: "must be a string",
      got: "7",
      fix: "write a string",
    },
    ...["orders/db", "or ders", "-orders", "a+b"].map((secret) => ({
      change: { "functions[0].secrets[0]": secret },
      rule: "in Vault must start with a letter or digit and hold letters, digits and . _ = @ - only",
      got: JSON.stringify(secret),
      fix: "choose another name",
    })),
  ]);

  test("a secret where there are none", () => {
    expect(problems(changed(dev, { secrets: [] }))).toContainEqual({
      path: "functions[0].secrets[0]",
      rule: "must be the name of a secret, and there is none",
      got: '"orders"',
      fix: "add it to secrets, or remove it here",
    });
  });
});

describe("variables of functions: refuse", () => {
  refuses(dev, [
    ...["1TABLE", "TABLE-NAME", "_HANDLER", "T", "TABLE NAME"].map((name) => ({
      change: { "functions[0].variables": { [name]: "x" } },
      path: expect.stringContaining(name),
      rule: "a variable's name must start with a letter and hold at least two letters, digits and underscores",
      got: '"x"',
      fix: 'write for example "TABLE_NAME"',
    })),
    ...["AWS_REGION", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "LAMBDA_TASK_ROOT"].map((name) => ({
      change: { "functions[0].variables": { [name]: "x" } },
      path: `functions[0].variables.${name}`,
      rule: "Lambda keeps names that begin with AWS_ or LAMBDA_ for itself",
      got: '"x"',
      fix: "choose another name",
    })),
    ...[
      "SECRET_SOURCES",
      "SECRET_PREFIX",
      "SECRET_VAULT_PATH",
      "VAULT_ADDR",
      "VLE_VAULT_ADDR",
      "DATABASE_CA_PEM",
      "SECRETS_MANAGER_TTL",
      "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT",
    ].map((name) => ({
      change: { "functions[0].variables": { [name]: "x" } },
      path: `functions[0].variables.${name}`,
      rule: "is set by this project for a function that reads secrets",
      got: '"x"',
      fix: "remove it",
    })),
    {
      change: { "functions[0].variables": { DEBUG: true } },
      path: "functions[0].variables.DEBUG",
      rule: "must be a string",
      got: "true",
      fix: "write a string",
    },
    {
      change: { "functions[0].variables": { LONG: "é".repeat(1_599) } },
      rule: "must fit into the function's environment, beside certificates: at most 3200 bytes together, have 3202",
      got: "an object",
      fix: "keep long settings elsewhere, for example in a file beside the code",
    },
  ]);
});

describe("layers of functions: refuse", () => {
  refuses(dev, [
    {
      change: { "functions[0].layers": ["tracing"] },
      path: "functions[0].layers[0]",
      rule: "must be the ARN of a layer version",
      got: '"tracing"',
      fix: 'write for example "arn:aws:lambda:ap-northeast-2:111122223333:layer:vault-lambda-extension:1"',
    },
    {
      change: { "functions[0].layers": [layer(1).replace("ap-northeast-2", "us-east-1")] },
      path: "functions[0].layers[0]",
      rule: "must be of region ap-northeast-2",
      got: expect.any(String),
      fix: "name one there, or correct `region`",
    },
    {
      change: { "functions[0].layers": [layer(1), layer(1)] },
      rule: "layers must differ",
      got: expect.any(String),
      fix: "remove the repeated layer",
    },
    ...(
      [
        [6, 5, {}],
        [5, 4, { native: { delivery: "extension" } }],
        [5, 4, { backends: ["vault"], vault }],
        [4, 3, { backends: ["native", "vault"], vault, native: { delivery: "extension" } }],
      ] as const
    ).map(([count, most, change]) => ({
      change: { "functions[0].layers": layers(count), ...change },
      rule: `a Lambda function takes at most 5 layers, with those of extensions that read secrets: ${most} here`,
      got: expect.any(String),
      fix: "remove a layer, or put what two of them hold into one",
    })),
  ]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  [
    "a .zip file with its runtime",
    { "functions[0].code": "a-b_c.d/x.zip", "functions[0].runtime": "python3.13" },
  ],
  ["five layers", { "functions[0].layers": layers(5) }],
  [
    "the variables of a layer that traces",
    {
      "functions[0].variables": {
        AWS_LAMBDA_EXEC_WRAPPER: "/opt/otel-handler",
        AWS_XRAY_CONTEXT_MISSING: "IGNORE_ERROR",
      },
    },
  ],
  ["as many variables as fit", { "functions[0].variables": { LONG: "é".repeat(1_598) } }],
  ["a name that only begins like one of ours", { "functions[0].name": "rotation-report" }],
  ["an environment without functions", { functions: [] }],
])("%s is accepted", (_, change) => {
  expect(() => load(changed(dev, change))).not.toThrow();
});

test("a function has the safe choice of what is left out", () => {
  const [settings] = dev.functions;
  expect(load(changed(dev, { "functions[0].variables": undefined })).functions).toEqual([
    {
      name: settings.name,
      code: settings.code,
      secrets: settings.secrets,
      architecture: "arm64",
      memoryMegabytes: 256,
      timeoutSeconds: 30,
      variables: {},
      layers: [],
    },
  ]);
});

test("a function may read several secrets", () => {
  const report = { name: "report", user: "report", strategy: "single-user" };
  const settings = changed(dev, { "secrets[1]": report, "functions[0].secrets": ["orders", "report"] });
  expect(load(settings).functions[0]?.secrets).toEqual(["orders", "report"]);
});

test("a number that is too large is called that", () => {
  const text = JSON.stringify(dev).replace('"maxAcu":2', '"maxAcu":1e999');
  expect(problems(text)).toEqual([
    {
      path: "databases.main.capacity.maxAcu",
      rule: "must be a number",
      got: "a number that is too large",
      fix: "write a number",
    },
  ]);
});
