import { KeyValueStore, type KeyValueStoreProps } from "../../../../constructs/vault/store/key-value-store";
import { synthesizeWithVault, warningsOf } from "../support";

const props: KeyValueStoreProps = { mount: "kv", prefix: "app", maxVersions: 10, deletionProtection: false };

function keyValueStore(changes: Partial<KeyValueStoreProps> = {}, testSecret?: string) {
  return synthesizeWithVault((scope) => {
    const store = new KeyValueStore(scope, "KeyValue", { ...props, ...changes });
    if (testSecret) store.addTestSecret(testSecret);
    return store;
  });
}

test("is a KV version 2 mount that keeps versions", () => {
  const { template } = keyValueStore();
  expect(template.resource("vault_mount")).toMatchObject({
    path: "kv",
    type: "kv",
    options: { version: "2" },
  });
  expect(template.resource("vault_kv_secret_backend_v2")).toEqual({
    mount: template.reference("path", "vault_mount"),
    max_versions: 10,
  });
});

test.each([
  ["kv", "app", "kv/data/app/", "kv/data/app/orders"],
  ["kv", "", "kv/data/", "kv/data/orders"],
  ["team/kv", "a/b", "team/kv/data/a/b/", "team/kv/data/a/b/orders"],
  ["kv/data/test", "", "kv/data/test/data/", "kv/data/test/data/orders"],
])("with mount %s and prefix %j, secrets are below %s", (mount, prefix, folder, value) => {
  const { built } = keyValueStore({ mount, prefix });
  expect(built.dataPath).toBe(folder);
  expect(built.valuePath("orders")).toBe(value);
});

test("a mount with data in its name is made, with a warning that says where values are", () => {
  const { built, template } = keyValueStore({ mount: "kv/data/test", prefix: "" });
  expect(template.resource("vault_mount").path).toBe("kv/data/test");
  expect(warningsOf(built)).toEqual([expect.stringContaining('values are at "kv/data/test/data/"')]);
});

test.each(["kv", "database", "kv/metadata"])("a mount called %s is no reason to warn", (mount) => {
  expect(warningsOf(keyValueStore({ mount }).built)).toEqual([]);
});

test("Terraform refuses to destroy a protected mount, and with it every secret", () => {
  const mountOf = (deletionProtection: boolean) =>
    keyValueStore({ deletionProtection }).template.resource("vault_mount");
  expect(mountOf(true).lifecycle).toEqual({ prevent_destroy: true });
  expect(mountOf(false)).not.toHaveProperty("lifecycle");
});

test("Terraform has no secret of it", () => {
  expect(keyValueStore().template.resources("vault_kv_secret_v2")).toEqual([]);
});

describe("a test secret", () => {
  const { template } = keyValueStore({}, "lambda");
  const secret = template.resource("vault_kv_secret_v2");
  const variable = JSON.parse(template.text).variable.vault_test_secret;

  test("is written once, after the mount keeps versions, and over no secret that is there", () => {
    expect(secret).toEqual({
      mount: template.reference("mount", "vault_kv_secret_backend_v2"),
      name: "app/lambda",
      data_json_wo: `$${"{var.vault_test_secret}"}`,
      data_json_wo_version: 1,
      options: { cas: "0" },
      disable_read: true,
    });
  });

  test("is another resource under another name", () => {
    const addressOf = ({ template }: ReturnType<typeof keyValueStore>) =>
      template.address("vault_kv_secret_v2");
    expect(addressOf(keyValueStore({}, "lambda"))).toContain("TestSecret-lambda");
    expect(addressOf(keyValueStore({}, "orders"))).toContain("TestSecret-orders");
  });

  test("comes from a variable that is in neither plan nor state and has no default", () => {
    expect(variable).toMatchObject({ type: "string", sensitive: true, ephemeral: true });
    expect(variable).not.toHaveProperty("default");
  });

  test("is refused by Terraform if it is no JSON object, in words that do not show it", () => {
    expect(variable.validation).toEqual([
      {
        condition: `$${"{can(keys(jsondecode(var.vault_test_secret)))}"}`,
        error_message: "vault_test_secret must be a JSON object; set TF_VAR_vault_test_secret.",
      },
    ]);
  });
});

test.each([
  ["kv/data/test", { ignore_changes: ["mount", "name"] }],
  ["database/kv", undefined],
])("below %s, a test secret is not made again in every plan", (mount, lifecycle) => {
  const { template } = keyValueStore({ mount }, "lambda");
  expect(template.resource("vault_kv_secret_v2").lifecycle).toEqual(lifecycle);
});

test("keeps its shape", () => {
  expect(keyValueStore({}, "lambda").template.snapshot()).toMatchSnapshot();
});
