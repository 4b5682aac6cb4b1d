import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  projectRoot,
  type SynthesizedEnvironment,
  shippedWith,
  synthesizeEnvironment,
} from "./support/shipped";
import type { Attributes } from "./support/template";

/** Ways in which the same function gets the same secret. */
const deliveries = {
  "Secrets Manager": shippedWith("dev", ["native"]),
  "Secrets Manager through AWS's extension": shippedWith("dev", ["native"], {
    native: { delivery: "extension" },
  }),
  "Vault by proxy": shippedWith("dev", ["vault"]),
  "Vault by file": shippedWith("dev", ["vault"], { "vault.extension": { delivery: "file" } }),
  "both, native first": shippedWith("dev", ["native", "vault"]),
  "both, Vault first, falling back": shippedWith("dev", ["vault", "native"], { fallback: true }),
};

function reader(synthesized: SynthesizedEnvironment): Attributes {
  return synthesized.stack("functions").resource("aws_lambda_function");
}

describe("a function's zip file", () => {
  const synthesized = Object.values(deliveries).map((environment) => synthesizeEnvironment(environment));

  test("has the same hash under every backend and delivery", () => {
    const hashes = synthesized.map((each) => reader(each).source_code_hash);
    expect(hashes).toHaveLength(6);
    expect(new Set(hashes).size).toBe(1);
  });

  test("differs in no byte from the one that was built", () => {
    const expected = readFileSync(join(projectRoot, "dist", "lambda", "samples", "orders.zip"));
    for (const each of synthesized) {
      const { filename } = reader(each);
      const deployed = readFileSync(join(each.directory, "stacks", "dev-functions", filename));
      expect(deployed.equals(expected)).toBe(true);
    }
  });
});

describe("a function is told where to read", () => {
  test.each([
    ["Secrets Manager", "secrets-manager"],
    ["Secrets Manager through AWS's extension", "secrets-manager-extension"],
    ["Vault by proxy", "vault-proxy"],
    ["Vault by file", "vault-file"],
    ["both, native first", "secrets-manager"],
    ["both, Vault first, falling back", "vault-proxy,secrets-manager"],
  ] as const)("%s: %s", (delivery, sources) => {
    const { environment } = reader(synthesizeEnvironment(deliveries[delivery]));
    expect(environment.variables).toMatchObject({ SECRET_SOURCES: sources, SECRET_NAME: "orders" });
  });
});

describe("the order of the stacks", () => {
  test("Vault knows a function before the function is there", () => {
    expect(synthesizeEnvironment(shippedWith("dev", ["vault"])).dependencies).toEqual({
      "dev-foundation": [],
      "dev-vault": ["dev-foundation"],
      "dev-functions": ["dev-foundation", "dev-vault"],
    });
  });

  test("Vault knows a function by unique id once the function is there", () => {
    const awsCredentials = { kind: "instance-role", roleName: "vault-server" };
    const synthesized = synthesizeEnvironment(
      shippedWith("dev", ["native", "vault"], { "vault.auth": { awsCredentials } }),
    );
    expect(synthesized.dependencies).toEqual({
      "dev-foundation": [],
      "dev-native": ["dev-foundation"],
      "dev-functions": ["dev-foundation", "dev-native"],
      "dev-vault": ["dev-foundation", "dev-functions"],
    });
    expect(synthesized.stack("vault").resource("terraform_data").input).toMatch(/dev-functions.*unique_id/);
  });

  test("without functions, Vault is ready for some", () => {
    const { stacks } = synthesizeEnvironment(shippedWith("dev", ["vault"], { functions: [] }));
    expect(Object.keys(stacks)).toEqual(["foundation", "functions", "vault"]);
  });
});

describe("both backends", () => {
  const alone = synthesizeEnvironment(deliveries["Secrets Manager"]);
  const pair = synthesizeEnvironment(deliveries["both, native first"]);

  test("leave the native stack as it is alone, so that a user can move from one to the other", () => {
    expect(pair.stack("native").text).toBe(alone.stack("native").text);
  });

  test("let a function read from either", () => {
    const policies = pair.stack("functions").resources("aws_iam_role_policy");
    expect(policies.map(({ name }) => name)).toContain("readsecrets");
    expect(pair.stack("vault").resource("vault_aws_auth_backend_role").role).toBe("secrets-dev-orders");
  });

  test("give a function nothing of the one that it does not read from", () => {
    const { environment, layers } = reader(pair);
    expect(environment).toEqual(reader(alone).environment);
    expect(layers).toBeUndefined();
  });
});

test("Vault alone has nothing of Secrets Manager, but the superuser secret that RDS keeps", () => {
  const { stacks } = synthesizeEnvironment(deliveries["Vault by proxy"]);
  const types = Object.values(stacks).flatMap(({ addresses }) =>
    addresses.map((address) => address.split(".")[0]),
  );
  expect(types.filter((type) => type?.startsWith("aws_secretsmanager"))).toEqual([]);
  expect(stacks).not.toHaveProperty("native");
});

test("the state of the Vault stack is kept like that of the others", () => {
  const prod = synthesizeEnvironment(shippedWith("prod", ["vault"])).stack("vault");
  expect(prod.terraform.backend.s3).toMatchObject({
    key: "lambda-secrets/prod-vault.tfstate",
    use_lockfile: true,
    encrypt: true,
  });
});
