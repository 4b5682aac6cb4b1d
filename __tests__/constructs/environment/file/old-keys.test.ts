import { changed, load, problems, refusal } from "../../../support/environment-files";
import { refuses } from "../support/refuses";
import { shippedSettings } from "../support/shipped-settings";
import { vault } from "../support/vault-settings";

const dev = changed(shippedSettings("dev"), { vault });
const layer = "arn:aws:lambda:ap-northeast-2:111122223333:layer:extension:1";
const serverRule = "is now in `vault.server`";

describe("an old key is refused with the new spelling", () => {
  const backends = (backend: unknown, primary?: string) => ({ backends: undefined, backend, primary });
  const rule = "is now `backends`, a list";
  refuses(dev, [
    ...[
      ["native", '["native"]'],
      ["vault", '["vault"]'],
      ["both", '["native", "vault"]'],
    ].map(([backend, list]) => ({
      change: backends(backend),
      path: "backend",
      rule,
      got: JSON.stringify(backend),
      fix: `write "backends": ${list}`,
    })),
    {
      change: { backend: "native" },
      rule,
      got: '"native"',
      fix: 'write "backends": ["native"]',
    },
    {
      change: { primary: "vault" },
      rule: "is now the first of `backends`",
      got: '"vault"',
      fix: 'remove it, and write "vault" first in "backends"',
    },
    {
      change: { databases: undefined, database: dev.databases.main },
      path: "database",
      rule: "is now an entry of `databases`",
      got: "an object",
      fix: 'write "databases": { "main": { … } }, with the same settings in it',
    },
    {
      change: { functions: undefined, consumers: [{ name: "orders", secret: "orders" }] },
      path: "consumers",
      rule: "is now `functions`",
      got: "a list of objects",
      fix: 'write "functions": [{ "name": "orders", "code": "lambda/samples/orders", "secrets": ["orders"] }]',
    },
    {
      change: {
        functions: undefined,
        consumers: [{ name: "orders", secret: "orders", runtime: "python3.13" }],
      },
      path: "consumers",
      rule: "is now `functions`",
      got: "a list of objects",
      fix: 'write "functions": [{ "name": "orders", "code": "lambda/samples/orders", "secrets": ["orders"], "runtime": "python3.13" }]',
    },
    {
      change: { consumerRuntime: "nodejs22.x" },
      rule: "is now `runtime` of each function",
      got: '"nodejs22.x"',
      fix: 'remove it, and write "runtime": "nodejs22.x" in the entries of functions',
    },
    {
      change: { consumerArchitecture: "x86_64" },
      rule: "is now `architecture` of each function",
      got: '"x86_64"',
      fix: 'remove it, and write "architecture": "x86_64" in the entries of functions',
    },
    {
      change: { native: { delivery: "extension", layerArn: layer } },
      path: "native.layerArn",
      rule: "is now `layerArns`, by architecture",
      got: JSON.stringify(layer),
      fix: `write "layerArns": { "arm64": "${layer}" }`,
    },
    {
      change: { "vault.extension": { layerArn: layer } },
      path: "vault.extension.layerArn",
      rule: "is now `layerArns`, by architecture",
      got: JSON.stringify(layer),
      fix: `write "layerArns": { "arm64": "${layer}" }`,
    },
    {
      change: { "vault.server": undefined, "vault.address": "https://vault.example" },
      path: "vault.address",
      rule: serverRule,
      got: '"https://vault.example"',
      fix: 'write "server": { "kind": "adopted", "address": "https://vault.example" }',
    },
    {
      change: { "vault.namespace": "team-a" },
      rule: serverRule,
      got: '"team-a"',
      fix: 'write "server": { "kind": "adopted", "namespace": "team-a" }',
    },
    {
      change: { "vault.location": { kind: "elsewhere", cidrs: ["10.90.0.0/24"] } },
      rule: serverRule,
      got: "an object",
      fix: 'write "server": { "kind": "adopted", "location": { "kind": "elsewhere", "cidrs": ["10.90.0.0/24"] } }',
    },
    {
      change: { "vault.kv.readMetadata": true },
      rule: "is no setting any more: functions read secrets and not their metadata",
      got: "true",
      fix: "remove it",
    },
  ]);
});

const old = {
  ...dev,
  backends: undefined,
  databases: undefined,
  functions: undefined,
  backend: "both",
  primary: "vault",
  fallback: true,
  database: dev.databases.main,
  native: { delivery: "extension", layerArn: layer },
  vault: { address: "https://vault.example", namespace: "team-a", kv: { readMetadata: false } },
  consumers: [{ name: "orders", secret: "orders", runtime: "nodejs22.x" }],
  consumerRuntime: "nodejs24.x",
  consumerArchitecture: "x86_64",
};

test("a whole file of old keys causes one problem for each key", () => {
  expect(problems(old).map(({ path }) => path)).toEqual([
    "backend",
    "primary",
    "database",
    "consumers",
    "consumerRuntime",
    "consumerArchitecture",
    "native.layerArn",
    "vault.address",
    "vault.namespace",
    "vault.kv.readMetadata",
  ]);
});

test("the new spelling has the order, runtime and architecture of the old one", () => {
  const fixes = problems(old).map(({ fix }) => fix);
  expect(fixes).toContain('write "backends": ["vault", "native"]');
  expect(fixes).toContain(
    'write "functions": [{ "name": "orders", "code": "lambda/samples/orders", "secrets": ["orders"], ' +
      '"runtime": "nodejs22.x", "architecture": "x86_64" }]',
  );
  expect(fixes).toContain(`write "layerArns": { "x86_64": "${layer}" }`);
});

test("what else is wrong is said too, where it belongs now", () => {
  const wrong = changed(old, { "database.instances": 16, "consumers[0].secret": "billing", region: "Seoul" });
  expect(problems(wrong).map(({ path }) => path)).toEqual(
    expect.arrayContaining(["database", "consumers", "region", "databases.main.instances"]),
  );
});

test.each([
  ["backend", 7],
  ["database", "main"],
  ["consumers", { orders: "orders" }],
  ["consumers", ["orders"]],
  ["vault", "https://vault.example"],
  ["native", ["layerArn"]],
])("a value of the wrong kind is a problem, not a failure: %s %j", (key, value) => {
  expect(problems({ ...old, [key]: value }).length).toBeGreaterThan(0);
});

test("a secret beside old keys is not in the message", () => {
  const consumers = [{ name: "orders", secret: "orders", password: "hunter2" }];
  const wrong = { ...old, consumers, database: { ...dev.databases.main, password: "hunter2" } };
  expect(refusal(() => load(wrong)).message).not.toContain("hunter2");
});
