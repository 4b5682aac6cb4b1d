import { PrivateFunction } from "../../../constructs/functions/private-function";
import { VaultBackend, type VaultBackendProps } from "../../../constructs/vault/vault-backend";
import { functionProps } from "../../support/fixtures";
import { recordedConsumer } from "../../support/recorded-consumer";
import { authProps, layers, synthesizeWithVault } from "./support";

const props: VaultBackendProps = {
  servers: [{ id: "Vault", port: 8200, securityGroupId: "sg-vault" }],
  auth: authProps,
  kv: { mount: "kv", prefix: "app", maxVersions: 10, deletionProtection: false },
  extension: { address: "https://vault.example:8200", delivery: "proxy", layers },
};

function vaultBackend(
  use: (backend: VaultBackend) => void = () => {},
  changes: Partial<VaultBackendProps> = {},
) {
  return synthesizeWithVault((scope) => {
    const backend = new VaultBackend(scope, "Vault", { ...props, ...changes });
    use(backend);
    return backend;
  });
}

const path = (name: string) => `path "${name}" {\n  capabilities = ["read"]\n}\n`;

describe("grantRead", () => {
  const { template } = synthesizeWithVault((scope) => {
    const reader = new PrivateFunction(scope, "Reader", { ...functionProps, variables: { HOST: "db" } });
    new VaultBackend(scope, "Vault", props).grantRead(reader, "orders");
  });
  const lambda = template.resource("aws_lambda_function");

  test("lets the function read the value of the one secret", () => {
    expect(template.resource("vault_policy")).toEqual({
      name: "aws-app-reader",
      policy: path("kv/data/app/orders"),
    });
  });

  test("binds a role of Vault to the function's IAM role, with that policy", () => {
    expect(template.resource("vault_aws_auth_backend_role")).toMatchObject({
      role: "app-reader",
      bound_iam_principal_arns: ["arn:aws:iam::111122223333:role/app-reader"],
      token_policies: [template.reference("name", "vault_policy")],
    });
  });

  test("adds the extension's layer and variables to what the function has", () => {
    expect(lambda.layers).toEqual([layers.arm64]);
    expect(lambda.environment.variables).toMatchObject({
      HOST: "db",
      SECRET_SOURCES: "vault-proxy",
      SECRET_VAULT_PATH: "kv/data/app/",
      VAULT_AUTH_ROLE: "app-reader",
      VAULT_RUN_MODE: "proxy",
    });
  });

  test("asks IAM for nothing: Vault knows the function by its role", () => {
    expect(template.resources("aws_iam_role_policy").map(({ name }) => name)).toEqual(["execution"]);
  });
});

test("one STS region is where functions sign and where Vault has signatures checked", () => {
  const consumer = recordedConsumer();
  const { template } = vaultBackend((backend) => backend.grantRead(consumer, "orders"), {
    auth: { ...authProps, stsRegion: "eu-west-1", stsEndpoint: "https://sts.eu-west-1.amazonaws.com" },
  });
  expect(template.resource("vault_aws_auth_backend_client")).toMatchObject({
    sts_region: "eu-west-1",
    sts_endpoint: "https://sts.eu-west-1.amazonaws.com",
  });
  expect(consumer.variables.VAULT_STS_ENDPOINT_REGION).toBe("eu-west-1");
});

test("one server id is what functions sign and what Vault asks for", () => {
  const consumer = recordedConsumer();
  const { template } = vaultBackend((backend) => backend.grantRead(consumer, "orders"));
  expect(consumer.variables.VAULT_IAM_SERVER_ID).toBe(
    template.resource("vault_aws_auth_backend_client").iam_server_id_header_value,
  );
});

test("a function with two secrets has one role and one policy", () => {
  const { template } = vaultBackend((backend) => {
    const consumer = recordedConsumer();
    for (const name of ["reporting", "orders"]) backend.grantRead(consumer, name);
  });
  expect(template.resources("vault_aws_auth_backend_role")).toHaveLength(1);
  expect(template.resource("vault_policy").policy).toBe(
    [path("kv/data/app/orders"), path("kv/data/app/reporting")].join("\n"),
  );
});

test("a secret that a function is given twice is in its policy once", () => {
  const { template } = vaultBackend((backend) => {
    const consumer = recordedConsumer();
    for (const name of ["orders", "orders"]) backend.grantRead(consumer, name);
  });
  expect(template.resource("vault_policy").policy).toBe(path("kv/data/app/orders"));
});

test("two functions may each read their own secret alone", () => {
  const { template } = vaultBackend((backend) => {
    for (const name of ["orders", "reporting"]) backend.grantRead(recordedConsumer(`app-${name}`), name);
  });
  expect(template.resources("vault_policy")).toEqual([
    { name: "aws-app-orders", policy: path("kv/data/app/orders") },
    { name: "aws-app-reporting", policy: path("kv/data/app/reporting") },
  ]);
});

test("the same function has another policy in another environment, because policies are global in Vault", () => {
  const names = ["one/aws", "other/aws"].map((mount) => {
    const auth = { ...authProps, mount };
    const { template } = vaultBackend((backend) => backend.permitRead(recordedConsumer(), "orders"), {
      auth,
    });
    return template.resource("vault_policy").name;
  });
  expect(names).toEqual(["one-aws-app-orders", "other-aws-app-orders"]);
});

test("functions connect to the servers of Vault", () => {
  expect(vaultBackend().built.servers).toEqual(props.servers);
});

test("permitRead gives role and policy, and leaves the function as it is", () => {
  const consumer = recordedConsumer();
  const { template } = vaultBackend((backend) => backend.permitRead(consumer, "orders"));
  expect(template.resource("vault_policy").policy).toBe(path("kv/data/app/orders"));
  expect(template.resources("vault_aws_auth_backend_role")).toHaveLength(1);
  expect([consumer.variables, consumer.layers]).toEqual([{}, []]);
});

test.each([
  ["proxy", "vault-proxy"],
  ["file", "vault-file"],
] as const)("by %s, the reader's source is %s", (delivery, source) => {
  const { built } = vaultBackend(undefined, { extension: { ...props.extension, delivery } });
  expect(built.sources).toEqual([source]);
});

test("writes a test secret only if one is named", () => {
  expect(vaultBackend().template.resources("vault_kv_secret_v2")).toEqual([]);
  const { template } = vaultBackend(undefined, { testSecret: "lambda" });
  expect(template.resource("vault_kv_secret_v2").name).toBe("app/lambda");
});

test.each(["", "../sys", "orders/*", 'a"b'])("refuses the name %j, which could widen a policy", (name) => {
  expect(() => vaultBackend((backend) => backend.grantRead(recordedConsumer(), name))).toThrow(
    `test/Vault: \`secretName\` in Vault must start with a letter or digit and hold letters, digits and . _ = @ - only, got "${name}"`,
  );
});

test("keeps its addresses", () => {
  const { template } = vaultBackend((backend) => backend.grantRead(recordedConsumer(), "orders"), {
    testSecret: "lambda",
  });
  expect(template.addresses).toMatchSnapshot();
});
