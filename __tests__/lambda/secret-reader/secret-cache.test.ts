import type { Secret } from "../../../lambda/secret-reader";
import { SecretCache } from "../../../lambda/secret-reader/secret-cache";

let now: number;
let fetches: number;
let cache: SecretCache;

beforeEach(() => {
  now = 0;
  fetches = 0;
  cache = new SecretCache(
    ({ version }) => (version === "short" ? 100 : 1_000),
    () => now,
  );
});

const secret = (version: string): Secret => ({
  fields: {},
  version,
  fetchedAt: new Date(0),
  source: "vault-proxy",
});

const read = ({ refresh = false, id = "orders" } = {}) =>
  cache.get(id, async (): Promise<Secret> => secret(`v${++fetches}`), refresh);

test("a fresh secret is not fetched again", async () => {
  await read();
  now = 999;
  expect((await read()).version).toBe("v1");
});

test("an expired secret is fetched again", async () => {
  await read();
  now = 1_000;
  expect((await read()).version).toBe("v2");
});

test("a refresh fetches although the secret is fresh, and is kept", async () => {
  await read();
  expect((await read({ refresh: true })).version).toBe("v2");
  expect((await read()).version).toBe("v2");
});

test("concurrent reads share one fetch", async () => {
  await Promise.all(Array.from({ length: 50 }, () => read()));
  expect(fetches).toBe(1);
});

test("concurrent refreshes, as all users of a rotated password make them, share one fetch", async () => {
  await read();
  await Promise.all(Array.from({ length: 50 }, () => read({ refresh: true })));
  expect(fetches).toBe(2);
});

test("each secret is fetched for itself", async () => {
  await read();
  await read({ id: "reporting" });
  expect(fetches).toBe(2);
});

test("the time to live starts when the secret arrives", async () => {
  let arrive: (secret: Secret) => void = () => {};
  const slow = cache.get("slow", () => new Promise((resolve) => (arrive = resolve)), false);
  now = 5_000;
  arrive(secret("v1"));
  await slow;
  now = 5_999;
  expect(await cache.get("slow", () => Promise.reject(new Error("fetched again")), false)).toMatchObject({
    version: "v1",
  });
});

test("how long a secret is kept depends on the secret", async () => {
  await cache.get("orders", async () => secret("short"), false);
  now = 99;
  expect((await read()).version).toBe("short");
  now = 100;
  expect((await read()).version).toBe("v1");
});

test("a refresh does not settle for a read that began before it, and reads after it wait for the refresh", async () => {
  const [plain, refreshed, later] = await Promise.all([read(), read({ refresh: true }), read()]);
  expect([plain.version, refreshed.version, later.version]).toEqual(["v1", "v2", "v2"]);
});

test("a failed fetch is forgotten", async () => {
  await expect(cache.get("orders", () => Promise.reject(new Error("down")), false)).rejects.toThrow("down");
  expect((await read()).version).toBe("v1");
});

test("a failed refresh does not bring the old secret back", async () => {
  await read();
  await expect(cache.get("orders", () => Promise.reject(new Error("down")), true)).rejects.toThrow("down");
  expect((await read()).version).toBe("v2");
});
