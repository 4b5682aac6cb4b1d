import { basename } from "node:path";
import { Annotations } from "cdktf";
import { loadEnvironment } from "../../../constructs/environment";
import { changed, environmentFolder, load } from "../../support/environment-files";
import { certificateAuthorityPem } from "../../support/fixtures";
import { shippedSettings, synthesizeEnvironment } from "../../support/shipped";

const samples = ["orders", "reporting"].map((name) => ({
  name,
  code: "lambda/samples/orders",
  runtime: "nodejs22.x",
  secrets: [name],
  variables: { SECRET_NAME: name },
}));
const local = changed(shippedSettings("local"), { functions: samples, operations: false });

function functionsOf(settings: Record<string, unknown>) {
  return synthesizeEnvironment(load(settings)).stack("functions");
}

describe("functions", () => {
  const template = functionsOf(local);
  const functions = template.resources("aws_lambda_function");

  test("are one each, under the environment's name", () => {
    expect(functions.map(({ function_name }) => function_name)).toEqual([
      "secrets-local-orders",
      "secrets-local-reporting",
    ]);
    expect(template.outputs.function_names).toEqual({
      value: { orders: "secrets-local-orders", reporting: "secrets-local-reporting" },
    });
  });

  test("of the same code are the same artifact", () => {
    expect(new Set(functions.map(({ source_code_hash }) => source_code_hash)).size).toBe(1);
  });

  test("may each read their own secret and no other", () => {
    const policies = template.resources("aws_iam_role_policy").filter(({ name }) => name === "readsecrets");
    const secrets = policies.map(({ policy }) => template.statements(policy)[1]?.resources);
    expect(secrets).toEqual([
      [expect.stringContaining("Secret-orders")],
      [expect.stringContaining("Secret-reporting")],
    ]);
  });
});

test("a function has the settings of its entry", () => {
  const settings = {
    runtime: "nodejs22.x",
    architecture: "x86_64",
    memoryMegabytes: 512,
    timeoutSeconds: 60,
    variables: { TABLE: "orders" },
    layers: ["arn:aws:lambda:ap-northeast-2:111122223333:layer:tools:3"],
  };
  const template = functionsOf(changed(local, { functions: [{ ...samples[0], ...settings }] }));
  expect(template.resource("aws_lambda_function")).toMatchObject({
    runtime: "nodejs22.x",
    architectures: ["x86_64"],
    memory_size: 512,
    timeout: 60,
    environment: { variables: { TABLE: "orders", SECRET_SOURCES: "secrets-manager" } },
    layers: settings.layers,
  });
});

test("a function may read several secrets", () => {
  const template = functionsOf(changed(local, { "functions[0].secrets": ["orders", "reporting"] }));
  const role = template.reference("name", "aws_iam_role", "Function-orders");
  const { policy } = template.resource("aws_iam_role_policy", { name: "readsecrets", role });
  expect(template.statements(policy)[1]?.resources).toEqual([
    expect.stringContaining("Secret-orders"),
    expect.stringContaining("Secret-reporting"),
  ]);
});

test("without functions the stack is there all the same, so that what was in it is destroyed", () => {
  const template = functionsOf(changed(local, { functions: [] }));
  expect(template.addresses).toEqual([]);
  expect(template.outputs.function_names).toEqual({ value: {} });
});

test("with operations, what checks the credentials of each database is named in an output", () => {
  const template = functionsOf(changed(local, { operations: {} }));
  expect(template.outputs.health_check_names).toEqual({
    value: { main: "secrets-local-main-health", billing: "secrets-local-billing-health" },
  });
  expect(functionsOf(local).outputs.health_check_names).toBeUndefined();
});

describe("with Vault alone, of secrets that functions read and the environment does not name", () => {
  const { main } = shippedSettings("vault").databases;
  const unchecked = (changes: Readonly<Record<string, unknown>>) => {
    const warnings = jest.spyOn(Annotations.prototype, "addWarning").mockReturnValue();
    functionsOf(changed(shippedSettings("vault"), { operations: {}, ...changes }));
    const told = warnings.mock.calls.map(([text]) => text).filter((text) => text.includes("checks secrets"));
    warnings.mockRestore();
    return told;
  };

  test("a synth warns where there are two databases", () => {
    expect(unchecked({ databases: { main, ledger: main } })).toEqual([
      "operations.credentialHealth checks secrets whose database it knows. It does not know that of orders, which " +
        "functions read. Add them to secrets, each with its database.",
    ]);
  });

  test.each([
    ["there is one database, which they are taken to be for", {}],
    [
      "credentials are not checked",
      { databases: { main, ledger: main }, operations: { credentialHealth: false } },
    ],
    [
      "the environment names them all the same",
      {
        databases: { main, ledger: main },
        secrets: [{ name: "orders", user: "orders", strategy: "single-user", database: "ledger" }],
      },
    ],
  ])("it does not where %s", (_, changes) => {
    expect(unchecked(changes)).toEqual([]);
  });
});

test("functions know the databases' own certificate authority", () => {
  const root = environmentFolder({
    "dev.json": changed(local, {
      "databases.main.certificateAuthorityFile": "ca.pem",
      "databases.billing.certificateAuthorityFile": "ca.pem",
    }),
    "ca.pem": certificateAuthorityPem,
  });
  const synthesized = synthesizeEnvironment(loadEnvironment("dev", { root, variables: {} }));
  for (const part of ["native", "functions"]) {
    const authorities = synthesized
      .stack(part)
      .resources("aws_lambda_function")
      .map(({ environment }) => environment.variables.DATABASE_CA_PEM);
    expect(new Set(authorities)).toEqual(new Set([certificateAuthorityPem]));
  }
});

test("a folder with index.py runs on Python, from its own zip", () => {
  const python = { name: "python", code: "lambda/samples/orders-python", secrets: ["orders"] };
  const settings = changed(local, { native: { delivery: "extension" }, functions: [...samples, python] });
  const functions = functionsOf(settings).resources("aws_lambda_function");
  expect(functions.map(({ runtime, filename }) => [runtime, basename(filename)])).toEqual([
    ["nodejs22.x", "orders.zip"],
    ["python3.13", "orders-python.zip"],
    ["nodejs22.x", "orders.zip"],
  ]);
});
