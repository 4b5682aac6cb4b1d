import {
  VaultExtension,
  type VaultExtensionProps,
} from "../../../../constructs/vault/extension/vault-extension";
import { certificateAuthorityPem } from "../../../support/fixtures";
import { recordedConsumer } from "../../../support/recorded-consumer";
import { layers } from "../support";

const props: VaultExtensionProps = {
  address: "https://vault.example:8200",
  authMount: "aws",
  serverId: "vault.example",
  stsRegion: "ap-northeast-2",
  delivery: "proxy",
  layers,
};
const login = {
  VLE_VAULT_ADDR: "https://vault.example:8200",
  VAULT_AUTH_PROVIDER: "aws",
  VAULT_AUTH_ROLE: "app-orders",
  VAULT_IAM_SERVER_ID: "vault.example",
  VAULT_STS_ENDPOINT_REGION: "ap-northeast-2",
  VAULT_CLIENT_TIMEOUT: "8s",
};

function extended(changes: Partial<VaultExtensionProps> = {}, ...paths: string[]) {
  const extension = new VaultExtension({ ...props, ...changes });
  const consumer = recordedConsumer();
  for (const path of paths.length > 0 ? paths : ["kv/data/app/orders"]) extension.add(consumer, path);
  return consumer;
}

test.each(["arm64", "x86_64"] as const)(
  "is a layer of the function's own architecture, %s",
  (architecture) => {
    const consumer = recordedConsumer("app-orders", { architecture });
    new VaultExtension(props).add(consumer, "kv/data/orders");
    expect(consumer.layers).toEqual([layers[architecture]]);
  },
);

test("refuses a function of an architecture that it has no layer for", () => {
  const extension = new VaultExtension({ ...props, layers: { arm64: layers.arm64 } });
  expect(() =>
    extension.add(recordedConsumer("app-orders", { architecture: "x86_64" }), "kv/data/orders"),
  ).toThrow("there must be a layer with the Vault Lambda Extension for x86_64; name its ARN");
});

test("as a proxy has the login and the proxy's address, and no path", () => {
  expect(extended().variables).toEqual({
    ...login,
    VAULT_RUN_MODE: "proxy",
    VAULT_ADDR: "http://127.0.0.1:8200",
  });
});

test("writes a file where the seed's function looks for it", () => {
  expect(extended({ delivery: "file" }).variables).toEqual({
    ...login,
    VAULT_RUN_MODE: "file",
    VAULT_SECRET_PATH: "kv/data/app/orders",
    VAULT_SECRET_FILE: "/tmp/vault/secret.json",
  });
});

test("writes each secret to a file of its own, by pairs of variables with one suffix", () => {
  const paths = ["kv/data/a", "kv/data/b", "kv/data/c"];
  expect(extended({ delivery: "file" }, ...paths).variables).toEqual({
    ...login,
    VAULT_RUN_MODE: "file",
    VAULT_SECRET_PATH: "kv/data/a",
    VAULT_SECRET_FILE: "/tmp/vault/secret.json",
    VAULT_SECRET_PATH_2: "kv/data/b",
    VAULT_SECRET_FILE_2: "/tmp/vault/secret-2.json",
    VAULT_SECRET_PATH_3: "kv/data/c",
    VAULT_SECRET_FILE_3: "/tmp/vault/secret-3.json",
  });
});

test("writes a secret once that is granted twice: two paths to one file would end it", () => {
  const paths = ["kv/data/a", "kv/data/b", "kv/data/a", "kv/data/c"];
  const { variables } = extended({ delivery: "file" }, ...paths);
  const written = Object.entries(variables).filter(([name]) => name.startsWith("VAULT_SECRET_PATH"));
  expect(written).toEqual([
    ["VAULT_SECRET_PATH", "kv/data/a"],
    ["VAULT_SECRET_PATH_2", "kv/data/b"],
    ["VAULT_SECRET_PATH_3", "kv/data/c"],
  ]);
});

test("numbers the files of each function from the start", () => {
  const extension = new VaultExtension({ ...props, delivery: "file" });
  const consumers = [recordedConsumer("one"), recordedConsumer("other")];
  for (const consumer of consumers) extension.add(consumer, `kv/data/${consumer.role.name}`);
  expect(consumers.map(({ variables }) => variables.VAULT_SECRET_PATH)).toEqual([
    "kv/data/one",
    "kv/data/other",
  ]);
});

test.each(["proxy", "file"] as const)("names its mode %s in lower case: it knows no other", (delivery) => {
  expect(extended({ delivery }).variables.VAULT_RUN_MODE).toBe(delivery);
});

test("ends its attempts to log in, all of them together, before Lambda ends the function's start", () => {
  const { VAULT_CLIENT_TIMEOUT = "" } = extended().variables;
  expect(Number.parseInt(VAULT_CLIENT_TIMEOUT, 10)).toBeLessThan(10);
});

test("knows namespace and certificate authority only where there is one", () => {
  const { variables } = extended({ namespace: "team-a", certificateAuthority: certificateAuthorityPem });
  expect(variables).toMatchObject({
    VAULT_NAMESPACE: "team-a",
    VAULT_CACERT_BYTES: certificateAuthorityPem,
  });
  expect(Object.keys(extended().variables)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/NAMESPACE|CACERT|SKIP_VERIFY/)]),
  );
});

test("keeps answers for all requests, and no longer than told", () => {
  expect(extended({ cacheSeconds: 60 }).variables).toMatchObject({
    VAULT_DEFAULT_CACHE_TTL: "60s",
    VAULT_DEFAULT_CACHE_ENABLED: "true",
  });
});

test("never turns verification of Vault's certificate off", () => {
  for (const delivery of ["proxy", "file"] as const)
    expect(extended({ delivery }).variables).not.toHaveProperty("VAULT_SKIP_VERIFY");
});
