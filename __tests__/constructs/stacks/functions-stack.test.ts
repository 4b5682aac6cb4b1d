import { basename } from "node:path";
import { loadEnvironment } from "../../../constructs/environment";
import { changed, environmentFolder, load } from "../../support/environment-files";
import { certificateAuthorityPem } from "../../support/fixtures";
import { shippedSettings, synthesizeEnvironment } from "../../support/shipped";

const local = changed(shippedSettings("local"), {
  consumers: ["orders", "reporting"].map((name) => ({ name, secret: name })),
});

describe("consumers", () => {
  const template = synthesizeEnvironment(load(local)).stack("application");
  const functions = template.resources("aws_lambda_function");

  test("are one function each, under the environment's name", () => {
    expect(functions.map(({ function_name }) => function_name)).toEqual([
      "secrets-local-orders",
      "secrets-local-reporting",
    ]);
    expect(template.outputs.consumer_function_names).toEqual({
      value: { orders: "secrets-local-orders", reporting: "secrets-local-reporting" },
    });
  });

  test("are the same artifact", () => {
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

  test("are told the name of their secret", () => {
    expect(functions.map(({ environment }) => environment.variables.SECRET_NAME)).toEqual([
      "orders",
      "reporting",
    ]);
  });

  test("run in the runtime that the environment asks for", () => {
    for (const { runtime } of functions) expect(runtime).toBe("nodejs22.x");
  });
});

test("without consumers the stack is there all the same: what was in it can be destroyed, functions can be added", () => {
  const template = synthesizeEnvironment(load(changed(local, { consumers: [] }))).stack("application");
  expect(template.addresses).toEqual([]);
  expect(template.outputs.consumer_function_names).toEqual({ value: {} });
});

test("consumers know the database's own certificate authority", () => {
  const root = environmentFolder({
    "dev.json": changed(local, { "database.certificateAuthorityFile": "ca.pem" }),
    "ca.pem": certificateAuthorityPem,
  });
  const { stacks } = synthesizeEnvironment(loadEnvironment({ root, variables: {} }));
  for (const part of ["native", "application"]) {
    for (const { environment } of stacks[part]?.resources("aws_lambda_function") ?? [])
      expect(environment.variables.DATABASE_CA_PEM).toBe(certificateAuthorityPem);
  }
});

test("a consumer in Python is the Python sample, on the architecture that the environment asks for", () => {
  const settings = changed(local, {
    native: { delivery: "extension" },
    consumerArchitecture: "x86_64",
    "consumers[1].runtime": "python3.13",
  });
  const functions = synthesizeEnvironment(load(settings))
    .stack("application")
    .resources("aws_lambda_function");
  expect(functions.map(({ runtime, architectures }) => [runtime, architectures])).toEqual([
    ["nodejs22.x", ["x86_64"]],
    ["python3.13", ["x86_64"]],
  ]);
  expect(functions.map(({ filename }) => basename(filename))).toEqual([
    "consumer.zip",
    "python-consumer.zip",
  ]);
});
