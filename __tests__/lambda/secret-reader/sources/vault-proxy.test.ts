import type { Answer } from "../../support/loopback-server";
import { failureOf, leaveExecutionEnvironment, readerIn, shown } from "../support/execution-environment";
import { answerOf, kvAnswer, VaultExtension, withoutToken } from "../support/vault-extension";

const PASSWORD = "pa55-w0rd";
const PATH = "kv/data/secrets-dev/orders";
const value = (password = PASSWORD) => ({ username: "orders", password });

let vault: VaultExtension;

beforeAll(async () => {
  vault = await VaultExtension.start();
});
beforeEach(() => vault.reset());
afterEach(leaveExecutionEnvironment);
afterAll(() => vault.stop());

const reader = (variables: Record<string, string> = {}) => readerIn({ ...vault.environment, ...variables });
const failure = async (variables: Record<string, string> = {}) =>
  failureOf((await reader(variables)).readSecret("orders"));

test("a secret is read below SECRET_VAULT_PATH, with its version and source", async () => {
  vault.write(PATH, value("old"));
  vault.write(PATH, value());
  expect(await (await reader()).readSecret("orders")).toEqual({
    fields: value(),
    version: "2",
    fetchedAt: expect.any(Date),
    source: "vault-proxy",
  });
  expect(vault.seen.map(({ url }) => url)).toEqual([`/v1/${PATH}`]);
});

test("names are encoded and their slashes kept", async () => {
  vault.write("kv/data/secrets-dev/team a/orders?#%", value());
  const { fields } = await (await reader()).readSecret("team a/orders?#%");
  expect(fields.password).toBe(PASSWORD);
  expect(vault.seen[0]?.url).toBe("/v1/kv/data/secrets-dev/team%20a/orders%3F%23%25");
});

test("what the extension has cached is passed by, so that a secret is five minutes old at most", async () => {
  vault.write(PATH, value("old"));
  await (await reader()).readSecret("orders");
  vault.write(PATH, value("new"));
  const { readSecret } = await reader();
  expect((await readSecret("orders")).fields.password).toBe("new");
  expect(vault.reachedVault).toHaveLength(2);
});

test("a secret that is deleted is not found by the refresh, nor by the read after it", async () => {
  vault.write(PATH, value());
  const { readSecret } = await reader();
  await readSecret("orders");
  vault.remove(PATH, "deleted");
  expect((await failureOf(readSecret("orders", { refresh: true }))).name).toBe("SecretNotFoundError");
  expect((await failureOf(readSecret("orders"))).name).toBe("SecretNotFoundError");
});

test("a refresh that fails because Vault is sealed leaves the secret that was kept", async () => {
  vault.write(PATH, value());
  const { readSecret } = await reader();
  await readSecret("orders");
  vault.tell(answerOf(503, { errors: ["Vault is sealed"] }));
  expect((await failureOf(readSecret("orders", { refresh: true }))).name).toBe("SecretUnavailableError");
  expect((await readSecret("orders")).fields.password).toBe(PASSWORD);
});

test("a refresh does not settle for a plain read that is on its way", async () => {
  vault.write(PATH, value("old"));
  await (await reader()).readSecret("orders");
  vault.write(PATH, value("new"));
  const { readSecret } = await reader();
  const [, refreshed] = await Promise.all([readSecret("orders"), readSecret("orders", { refresh: true })]);
  expect(refreshed.fields.password).toBe("new");
  expect((await readSecret("orders")).fields.password).toBe("new");
});

test("credentials that were rotated away are replaced although the extension has them in its cache", async () => {
  vault.write(PATH, value("old"));
  const { withSecret } = await reader();
  const used: unknown[] = [];
  await withSecret("orders", async ({ fields }) => {
    used.push(fields.password);
    if (fields.password === "new") return;
    vault.write(PATH, value("new"));
    throw Object.assign(new Error("refused"), { code: "28P01" });
  });
  expect(used).toEqual(["old", "new"]);
});

test("50 concurrent reads make one request", async () => {
  vault.write(PATH, value());
  const { readSecret } = await reader();
  await Promise.all(Array.from({ length: 50 }, () => readSecret("orders")));
  expect(vault.seen).toHaveLength(1);
});

test("VAULT_NAMESPACE is sent, which the extension does not do", async () => {
  const inNamespace = await VaultExtension.start({ namespace: "team-a" });
  inNamespace.write(PATH, value());
  const { readSecret } = await readerIn({ ...inNamespace.environment, VAULT_NAMESPACE: "team-a" });
  expect((await readSecret("orders")).fields.password).toBe(PASSWORD);
  await inNamespace.stop();
});

test("the previous version is the one before the current", async () => {
  for (const password of ["first", "second", "third"]) vault.write(PATH, value(password));
  const { readSecret, secretCapabilities } = await reader();
  expect(secretCapabilities()).toEqual({ previousVersion: true, refresh: true });
  expect(await readSecret("orders", { version: "previous" })).toMatchObject({
    fields: value("second"),
    version: "2",
  });
  expect((await readSecret("orders")).version).toBe("3");
});

test("the first version has no previous one", async () => {
  vault.write(PATH, value());
  const { readSecret } = await reader();
  const error = await failureOf(readSecret("orders", { version: "previous" }));
  expect(error.name).toBe("SecretNotFoundError");
  expect(error.message).toContain("no previous version");
});

test.each(["deleted", "destroyed"] as const)(
  "a %s version is not found, and the error says which it is",
  async (state) => {
    vault.write(PATH, value());
    vault.remove(PATH, state);
    const error = await failure();
    expect(error.name).toBe("SecretNotFoundError");
    expect(error.message).toContain(`version 1 is ${state}`);
  },
);

test("the previous version of a deleted one is still there", async () => {
  vault.write(PATH, value("old"));
  vault.write(PATH, value());
  vault.remove(PATH, "deleted");
  const { readSecret } = await reader();
  expect((await readSecret("orders", { version: "previous" })).fields.password).toBe("old");
});

test.each<[string, Answer, string, RegExp]>([
  [
    "404 without data",
    answerOf(404, { errors: [] }),
    "SecretNotFoundError",
    /no such secret.*VAULT_NAMESPACE/,
  ],
  [
    "404 with a warning of the path",
    answerOf(404, { data: null, warnings: ["Invalid path for a versioned K/V secrets engine."] }),
    "SecretNotFoundError",
    /warns of the path.*data\//,
  ],
  [
    "403",
    answerOf(403, { errors: ["1 error occurred:\n\t* permission denied\n\n"] }),
    "SecretAccessDeniedError",
    /HTTP 403\. Check that a policy/,
  ],
  [
    "400",
    answerOf(400, { errors: ["Upgrading from non-versioned to versioned"] }),
    "SecretUnavailableError",
    /HTTP 400.*passes by itself/,
  ],
  [
    "429",
    answerOf(429, { errors: ["rate limit quota exceeded"] }),
    "SecretUnavailableError",
    /HTTP 429.*quota/,
  ],
  [
    "500 of the extension",
    { status: 500, body: `failed to get valid Vault token: ${PASSWORD}`, type: "text/plain" },
    "SecretUnavailableError",
    /no token.*VAULT_AUTH_ROLE.*VAULT_STS_ENDPOINT_REGION/,
  ],
  ["500 of Vault", answerOf(500, { errors: ["internal error"] }), "SecretUnavailableError", /HTTP 500.*log/],
  [
    "500 of Vault that quotes a value",
    answerOf(500, { errors: [`1 error occurred: unable to marshal ${PASSWORD}`] }),
    "SecretUnavailableError",
    /HTTP 500\. Check Vault/,
  ],
  ["307", { status: 307, body: "" }, "SecretUnavailableError", /standby.*No redirect is followed/],
  [
    "a value that is null",
    answerOf(200, kvAnswer(null, 1)),
    "SecretMalformedError",
    /must be a JSON object.*it is not\. Store it/,
  ],
  [
    "502 of the extension",
    { status: 502, body: `failed to proxy request: ${PASSWORD}`, type: "text/plain" },
    "SecretUnavailableError",
    /does not reach Vault.*VLE_VAULT_ADDR/,
  ],
  ["503", answerOf(503, { errors: ["Vault is sealed"] }), "SecretUnavailableError", /Vault is sealed/],
  ["473", { status: 473, body: "" }, "SecretUnavailableError", /HTTP 473.*health/],
  ["text", { status: 200, body: `<html>${PASSWORD}`, type: "text/html" }, "SecretMalformedError", /not JSON/],
  [
    "KV version 1",
    answerOf(200, { data: { password: PASSWORD } }),
    "SecretMalformedError",
    /data and metadata.*version 2/,
  ],
  [
    "a secret with a list",
    answerOf(200, { data: { data: { users: [PASSWORD] }, metadata: { version: 1 } } }),
    "SecretMalformedError",
    /texts, numbers and booleans/,
  ],
  [
    "more than 1.2 MB",
    answerOf(200, { data: { data: { password: PASSWORD.repeat(200_000) } } }),
    "SecretMalformedError",
    /1200000 bytes at most/,
  ],
  ["an answer that breaks off", "broken", "SecretUnavailableError", /broke \(ECONNRESET\)/],
  ["an answer that is not HTTP", "no-http", "SecretMalformedError", /broke \(HPE_\w+\)/],
])("%s is a %s that names the source and the path and quotes no value", async (_, answer, name, message) => {
  vault.tell(answer);
  const error = await failure();
  expect(error.name).toBe(name);
  expect(error.message).toMatch(message);
  expect(error.message).toContain(`${PATH} (vault-proxy)`);
  expect(shown(error)).not.toContain(PASSWORD);
});

test("a secret of 1 MiB, which is as much as Vault takes, is read", async () => {
  vault.write(PATH, { password: "x".repeat(1_048_576) });
  expect(String((await (await reader()).readSecret("orders")).fields.password)).toHaveLength(1_048_576);
});

test.each([
  ["https://vault.example.internal:9443", "TCP 9443"],
  ["https://vault.example.internal", "TCP 443"],
])("a Vault at %s that cannot be reached is looked for at %s", async (VLE_VAULT_ADDR, port) => {
  vault.tell({ status: 502, body: "failed to proxy request: dial tcp: i/o timeout", type: "text/plain" });
  expect((await failure({ VLE_VAULT_ADDR })).message).toContain(`Check VLE_VAULT_ADDR and ${port} to Vault.`);
});

const UNKNOWN_AUTHORITY = "tls: failed to verify certificate: x509: certificate signed by unknown authority";

test.each<[string, Answer, Record<string, string>]>([
  [
    "VAULT_CACERT_BYTES",
    { status: 502, body: `failed to proxy request: ${UNKNOWN_AUTHORITY}`, type: "text/plain" },
    {},
  ],
  ["VAULT_CACERT_BYTES", withoutToken(UNKNOWN_AUTHORITY), { VAULT_CACERT_BYTES: "-----BEGIN" }],
  ["VAULT_CACERT", withoutToken(UNKNOWN_AUTHORITY), { VAULT_CACERT: "/var/task/ca.pem" }],
])("a certificate of another authority is looked for in %s", async (variable, answer, variables) => {
  vault.tell(answer);
  const error = await failure(variables);
  expect(error.name).toBe("SecretUnavailableError");
  expect(error.message).toContain(`Check Vault's certificate and ${variable}.`);
});

test("a port where nothing listens means that the extension is not running", async () => {
  const error = await failure({ VAULT_ADDR: "http://127.0.0.1:9" });
  expect(error.name).toBe("SecretUnavailableError");
  expect(error.message).toMatch(/extension is not running.*layer vault-lambda-extension.*VAULT_RUN_MODE/);
});

test("an extension that does not answer, or stops halfway, is unavailable after five seconds", async () => {
  const stopsHalfway = await VaultExtension.start();
  stopsHalfway.tell("half");
  vault.tell("silent");
  const { readSecret } = await reader();
  const waiting = failureOf(readSecret("orders"));
  const halfway = failureOf((await readerIn(stopsHalfway.environment)).readSecret("orders"));
  const started = performance.now();
  for (const error of await Promise.all([waiting, halfway])) {
    expect(error.name).toBe("SecretUnavailableError");
    expect(error.message).toMatch(/did not answer within 5000 ms.*TCP 443/);
  }
  expect(performance.now() - started).toBeGreaterThan(4_500);
  await stopsHalfway.stop();
});

test.each([
  ["SECRET_VAULT_PATH", "", /must say where secrets are in Vault, got nothing; grantRead sets it/],
  [
    "SECRET_VAULT_PATH",
    "kv/secrets-dev/",
    /must begin with a mount and contain \/data\/, got "kv\/secrets-dev\/".*vault kv get/,
  ],
  ["SECRET_VAULT_PATH", "/kv/data/secrets-dev/", /must begin with a mount/],
  ["SECRET_VAULT_PATH", "v1/kv/data/secrets-dev/", /must begin with a mount/],
  ["VAULT_ADDR", "", /must lead to the extension/],
  ["VAULT_ADDR", "https://vault.example.com:8200", /must lead to the extension.*VLE_VAULT_ADDR/],
  ["VAULT_ADDR", "http://127.0.0.1:8200@vault.example.com", /must lead to the extension/],
])("%s %j is an error before anything is asked", async (variable, text, message) => {
  const error = await failure({ [variable]: text });
  expect(error.message).toMatch(message);
  expect(error.message).toContain(variable);
  expect(vault.seen).toHaveLength(0);
});

test.each(["", "../other/secret", "a//b", "./orders", "/orders"])(
  "the name %j, which would lead to another path, is refused",
  async (name) => {
    const { readSecret } = await reader();
    await expect(readSecret(name)).rejects.toThrow("A secret's name must be words");
    expect(vault.seen).toHaveLength(0);
  },
);
