import { BackendPair } from "../../constructs/backend-pair";
import type { SecretBackend, SecretConsumer } from "../../constructs/contracts/secret-backend";
import type { SourceName } from "../../lambda/secret-reader/contract/source-names";
import { recordedConsumer } from "../support/recorded-consumer";

/** A backend that notes in the function's variables what was asked of it. */
function backend(source: SourceName): SecretBackend {
  return {
    sources: [source],
    servers: [{ id: source, port: 443, securityGroupId: `sg-${source}` }],
    grantRead(consumer: SecretConsumer, secret: string) {
      this.permitRead(consumer, secret);
      consumer.addVariables({ SECRET_SOURCES: source, [`${source}.variables`]: secret });
      consumer.addLayer(`layer of ${source}`);
    },
    permitRead: (consumer, secret) => consumer.addVariables({ [`${source}.permission`]: secret }),
  };
}

function granted(fallback: boolean) {
  const consumer = recordedConsumer();
  const pair = new BackendPair({
    first: backend("secrets-manager"),
    second: backend("vault-proxy"),
    fallback,
  });
  pair.grantRead(consumer, "orders");
  return { pair, ...consumer };
}

test("functions read from the first backend, and may read from the second", () => {
  const { pair, variables, layers } = granted(false);
  expect(pair.sources).toEqual(["secrets-manager"]);
  expect(variables).toEqual({
    SECRET_SOURCES: "secrets-manager",
    "secrets-manager.permission": "orders",
    "secrets-manager.variables": "orders",
    "vault-proxy.permission": "orders",
  });
  expect(layers).toEqual(["layer of secrets-manager"]);
});

test("functions that fall back have both, in the order of the pair", () => {
  const { pair, variables, layers } = granted(true);
  expect(pair.sources).toEqual(["secrets-manager", "vault-proxy"]);
  expect(variables).toEqual({
    SECRET_SOURCES: "secrets-manager,vault-proxy",
    "secrets-manager.permission": "orders",
    "secrets-manager.variables": "orders",
    "vault-proxy.permission": "orders",
    "vault-proxy.variables": "orders",
  });
  expect(layers).toEqual(["layer of vault-proxy", "layer of secrets-manager"]);
});

test.each([true, false])("permitRead is for both and changes no variables (fallback: %s)", (fallback) => {
  const consumer = recordedConsumer();
  const pair = new BackendPair({
    first: backend("secrets-manager"),
    second: backend("vault-proxy"),
    fallback,
  });
  pair.permitRead(consumer, "orders");
  expect(consumer.variables).toEqual({
    "secrets-manager.permission": "orders",
    "vault-proxy.permission": "orders",
  });
  expect(consumer.layers).toEqual([]);
});

test("functions reach the servers of both", () => {
  expect(granted(false).pair.servers.map(({ id }) => id)).toEqual(["secrets-manager", "vault-proxy"]);
});
