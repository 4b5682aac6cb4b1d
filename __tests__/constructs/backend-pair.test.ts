import { BackendPair } from "../../constructs/backend-pair";
import type { SecretBackend, SecretConsumer } from "../../constructs/secret-backend";
import { recordedConsumer } from "./vault/support";

/** A backend that notes in the function's environment what was asked of it. */
function backend(source: string): SecretBackend {
  return {
    source,
    grantRead(consumer: SecretConsumer, secret: string) {
      this.permitRead(consumer, secret);
      consumer.addEnvironment({ SECRET_SOURCES: source, [`${source}.environment`]: secret });
      consumer.addLayer(`layer of ${source}`);
    },
    permitRead: (consumer, secret) => consumer.addEnvironment({ [`${source}.permission`]: secret }),
  };
}

function granted(fallback: boolean) {
  const consumer = recordedConsumer();
  const pair = new BackendPair({ primary: backend("one"), secondary: backend("other"), fallback });
  pair.grantRead(consumer, "orders");
  return { pair, ...consumer };
}

test("functions read from the primary backend, and may read from the secondary", () => {
  const { pair, environment, layers } = granted(false);
  expect(pair.source).toBe("one");
  expect(environment).toEqual({
    SECRET_SOURCES: "one",
    "one.permission": "orders",
    "one.environment": "orders",
    "other.permission": "orders",
  });
  expect(layers).toEqual(["layer of one"]);
});

test("functions that fall back have both, the primary one first", () => {
  const { pair, environment, layers } = granted(true);
  expect(pair.source).toBe("one,other");
  expect(environment).toEqual({
    SECRET_SOURCES: "one,other",
    "one.permission": "orders",
    "one.environment": "orders",
    "other.permission": "orders",
    "other.environment": "orders",
  });
  expect(layers).toEqual(["layer of other", "layer of one"]);
});

test.each([true, false])("permitRead is for both and changes no environment (fallback: %s)", (fallback) => {
  const consumer = recordedConsumer();
  const pair = new BackendPair({ primary: backend("one"), secondary: backend("other"), fallback });
  pair.permitRead(consumer, "orders");
  expect(consumer.environment).toEqual({ "one.permission": "orders", "other.permission": "orders" });
  expect(consumer.layers).toEqual([]);
});
