import type { Secret } from "../../../lambda/secret-reader";
import { SecretNotFoundError, SecretUnavailableError } from "../../../lambda/secret-reader/errors";
import { SecretCache } from "../../../lambda/secret-reader/secret-cache";

let now: number;
let fetches: number;
let cache: SecretCache;

beforeEach(() => {
  now = 0;
  fetches = 0;
  cache = new SecretCache({
    timeToLiveMilliseconds: ({ version }) => (version === "short" ? 100 : 1_000),
    outageMilliseconds: 500,
    retryMilliseconds: 100,
    now: () => now,
  });
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

const place = { source: "vault-proxy", secretId: "orders" };
const outage = () => Promise.reject(new SecretUnavailableError(place, "down", "Wait."));
const answer = () => Promise.reject(new SecretNotFoundError(place, "deleted", "Write it."));

test("a refresh that fails in an outage leaves the old secret until its own time is over", async () => {
  await read();
  now = 500;
  await expect(cache.get("orders", outage, true)).rejects.toThrow("down");
  now = 999;
  expect((await read()).version).toBe("v1");
  now = 1_000;
  expect((await read()).version).toBe("v2");
});

const readIn = (state: typeof outage) => cache.get("orders", state, false);

test("an expired secret is used in an outage, and its store asked again after a pause", async () => {
  await read();
  now = 1_000;
  const together = await Promise.all([readIn(outage), readIn(outage)]);
  expect(together.map(({ version }) => version)).toEqual(["v1", "v1"]);
  now = 1_099;
  expect((await read()).version).toBe("v1");
  now = 1_100;
  expect((await read()).version).toBe("v2");
});

test("an expired secret is used although a refresh began meanwhile, which fails too", async () => {
  await read();
  now = 1_000;
  const plain = readIn(outage);
  const refresh = cache.get("orders", outage, true);
  await expect(refresh).rejects.toThrow("down");
  expect((await plain).version).toBe("v1");
  expect((await read()).version).toBe("v1");
});

test("an outage does not prolong a secret's use for ever", async () => {
  await read();
  for (now = 1_000; now < 1_500; now += 10) expect((await readIn(outage)).version).toBe("v1");
  now = 1_500;
  await expect(readIn(outage)).rejects.toThrow("down");
});

test("a secret that is deleted when the outage ends is used no more", async () => {
  await read();
  now = 1_000;
  await readIn(outage);
  now = 1_100;
  await expect(readIn(answer)).rejects.toThrow("deleted");
  await expect(readIn(outage)).rejects.toThrow("down");
});

test("a refresh that gets an answer, for example that the secret is deleted, does not leave the old secret", async () => {
  await read();
  await expect(cache.get("orders", answer, true)).rejects.toThrow("deleted");
  expect((await read()).version).toBe("v2");
});

test("reads that wait for a refresh get the old secret if it fails in an outage, and only then", async () => {
  await read();
  const refreshes = [cache.get("orders", outage, true), cache.get("orders", outage, true)];
  const reads = [read(), read()];
  for (const refresh of refreshes) await expect(refresh).rejects.toThrow("down");
  for (const plain of reads) expect((await plain).version).toBe("v1");
  const denied = cache.get("orders", answer, true);
  const plain = read();
  await expect(denied).rejects.toThrow("deleted");
  await expect(plain).rejects.toThrow("deleted");
});

test("a refresh that fails in an outage does not leave a read that had failed meanwhile", async () => {
  const plain = cache.get("orders", outage, false);
  let fail: () => void = () => {};
  const refresh = cache.get(
    "orders",
    () =>
      new Promise((_, reject) => (fail = () => reject(new SecretUnavailableError(place, "down", "Wait.")))),
    true,
  );
  await expect(plain).rejects.toThrow("down");
  fail();
  await expect(refresh).rejects.toThrow("down");
  expect((await read()).version).toBe("v1");
});
