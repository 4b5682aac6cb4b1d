import { failureOf, leaveExecutionEnvironment, readerIn, shown } from "./support/execution-environment";
import { awsError, SecretsManagerExtension } from "./support/secrets-manager-extension";
import { answerOf, loginGot, VaultExtension } from "./support/vault-extension";

const PATH = "kv/data/secrets-dev/orders";
const SEALED = answerOf(503, { errors: ["Vault is sealed"] });

let vault: VaultExtension;
let secretsManager: SecretsManagerExtension;

beforeAll(async () => {
  [vault, secretsManager] = await Promise.all([VaultExtension.start(), SecretsManagerExtension.start()]);
});
beforeEach(() => {
  vault.reset();
  secretsManager.reset();
  vault.write(PATH, { password: "of Vault" });
  secretsManager.put("secrets-dev/orders", "AWSCURRENT", {
    value: JSON.stringify({ password: "of AWS" }),
    version: "v1",
  });
});
afterEach(() => {
  leaveExecutionEnvironment();
  jest.restoreAllMocks();
});
afterAll(() => Promise.all([vault.stop(), secretsManager.stop()]));

const reader = (sources = "vault-proxy,secrets-manager-extension", variables: Record<string, string> = {}) =>
  readerIn({ ...vault.environment, ...secretsManager.environment, SECRET_SOURCES: sources, ...variables });

test.each([
  ["vault-proxy,secrets-manager-extension", "of Vault"],
  ["secrets-manager-extension, vault-proxy", "of AWS"],
])("of %s the first is asked, and the other is not", async (sources, password) => {
  expect((await (await reader(sources)).readSecret("orders")).fields.password).toBe(password);
  expect(vault.seen.length + secretsManager.seen.length).toBe(1);
});

test("what the primary can do is what counts", async () => {
  const { secretCapabilities } = await reader("vault-file,secrets-manager-extension");
  expect(secretCapabilities()).toEqual({ previousVersion: false, refresh: false });
});

test("an unavailable primary is stood in for", async () => {
  vault.tell(SEALED);
  expect(await (await reader()).readSecret("orders")).toMatchObject({
    fields: { password: "of AWS" },
    source: "secrets-manager-extension",
  });
});

test("each source in turn is asked until one answers", async () => {
  vault.tell(SEALED);
  const { readSecret } = await reader("vault-file,vault-proxy,secrets-manager-extension", {
    VAULT_SECRET_PATH: PATH,
    VAULT_SECRET_FILE: "no-such-file-of-this-test.json",
  });
  expect((await readSecret("orders")).source).toBe("secrets-manager-extension");
  expect(vault.seen).toHaveLength(1);
});

test("what came from a fallback is kept for 30 s, what came from the primary for 300 s", async () => {
  const clock = jest.spyOn(Date, "now");
  const { readSecret } = await reader();
  const sourceAt = async (seconds: number) => {
    clock.mockReturnValue(seconds * 1_000);
    return (await readSecret("orders")).source;
  };
  vault.tell(SEALED);
  expect(await sourceAt(0)).toBe("secrets-manager-extension");
  expect(await sourceAt(29)).toBe("secrets-manager-extension");
  expect(vault.seen).toHaveLength(1);
  vault.reset();
  vault.write(PATH, { password: "of Vault" });
  expect(await sourceAt(30)).toBe("vault-proxy");
  expect(await sourceAt(329)).toBe("vault-proxy");
  expect(vault.seen).toHaveLength(1);
  await sourceAt(330);
  expect(vault.seen).toHaveLength(2);
});

test.each([
  ["a missing secret", answerOf(404, { errors: [] }), "SecretNotFoundError"],
  ["a denied one", answerOf(403, { errors: ["permission denied"] }), "SecretAccessDeniedError"],
  ["a malformed one", answerOf(200, { data: { password: "x" } }), "SecretMalformedError"],
])("%s is an answer, and the fallback is not asked", async (_, answer, name) => {
  vault.tell(answer);
  expect((await failureOf((await reader()).readSecret("orders"))).name).toBe(name);
  expect(secretsManager.seen).toHaveLength(0);
});

test("a Vault that no longer knows the token of a layer that cannot log in anew is stood in for", async () => {
  vault.canDropToken = false;
  vault.forgetToken();
  expect((await (await reader()).readSecret("orders")).source).toBe("secrets-manager-extension");
});

test("a Vault that no longer knows the token, and is down when the extension logs in anew, is stood in for", async () => {
  vault.forgetToken();
  vault.tellLogin(loginGot(503, "Vault is sealed"));
  expect((await (await reader()).readSecret("orders")).source).toBe("secrets-manager-extension");
});

test("when all are unavailable the error has the message of each", async () => {
  vault.tell(SEALED);
  secretsManager.tell(awsError("ThrottlingException"));
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error).toMatchObject({
    name: "SecretUnavailableError",
    source: "vault-proxy, secrets-manager-extension",
  });
  expect(error.message).toMatch(
    /Secret orders .*\(1\) Secret kv\/data\/secrets-dev\/orders .*sealed.*\(2\) Secret secrets-dev\/orders .*Throttling/,
  );
});

test("a fallback that has no such secret does not hide that the primary, which may have it, is unavailable", async () => {
  vault.tell(SEALED);
  secretsManager.tell(awsError("ResourceNotFoundException"));
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error.name).toBe("SecretUnavailableError");
  expect(error.message).toMatch(/Vault is sealed.*does not exist/);
});

test("credentials of the primary that are refused while it is down are replaced by the fallback's", async () => {
  const { withSecret } = await reader();
  const used: unknown[] = [];
  await withSecret("orders", async ({ fields }) => {
    used.push(fields.password);
    if (used.length > 1) return;
    vault.tell(SEALED);
    throw Object.assign(new Error("refused"), { code: "28P01" });
  });
  expect(used).toEqual(["of Vault", "of AWS"]);
});

test("what a fallback needs is missed at the first read, not in an outage", async () => {
  const { readSecret } = await reader(undefined, { SECRET_PREFIX: "" });
  await expect(readSecret("orders")).rejects.toThrow("SECRET_PREFIX must say where secrets are");
});

test.each([
  ["", "nothing"],
  [" ", "a space"],
  ["vault", "an unknown source"],
  ["vault-proxy,", "an empty entry"],
  ["vault-proxy,vault-proxy", "a repeated source"],
  ["constructor", "a word of JavaScript"],
])("SECRET_SOURCES %j (%s) is an error that says what is known and who sets it", async (value) => {
  const error = await failureOf((await reader(value)).readSecret("orders"));
  expect(error.message).toBe(
    "SECRET_SOURCES must list, with commas, some of secrets-manager, secrets-manager-extension, vault-proxy, vault-file, " +
      `each once at most, got ${JSON.stringify(value)}; grantRead sets it`,
  );
  expect(shown(error)).not.toContain(String(process.env.AWS_SESSION_TOKEN));
});

test("without SECRET_SOURCES the capabilities are not known either", async () => {
  const { secretCapabilities } = await reader();
  delete process.env.SECRET_SOURCES;
  expect(() => secretCapabilities()).toThrow("SECRET_SOURCES must list");
});
