import { failureOf, leaveExecutionEnvironment, readerIn } from "../support/execution-environment";
import { loginGot, VaultExtension } from "../support/vault-extension";

const PATH = "kv/data/secrets-dev/";
const REVOKE = "x-vault-token-options";

let vault: VaultExtension;

beforeAll(async () => {
  vault = await VaultExtension.start();
});
beforeEach(() => {
  vault.reset();
  vault.write(`${PATH}orders`, { password: "of orders" });
});
afterEach(() => {
  leaveExecutionEnvironment();
  jest.restoreAllMocks();
});
afterAll(() => vault.stop());

const reader = () => readerIn(vault.environment);

test.each(["vault", "openbao"] as const)(
  "a token that %s no longer knows is replaced by one new login, without the function noticing",
  async (server) => {
    vault.unknownToken = server;
    vault.forgetToken();
    expect((await (await reader()).readSecret("orders")).fields.password).toBe("of orders");
    expect(vault.logins).toBe(1);
    expect(vault.seen.map(({ headers }) => headers[REVOKE])).toEqual([undefined, "revoke"]);
  },
);

test("50 secrets that are read at once need one new login", async () => {
  const names = Array.from({ length: 50 }, (_, index) => `secret-${index}`);
  for (const name of names) vault.write(PATH + name, { password: name });
  vault.forgetToken();
  const { readSecret } = await reader();
  const secrets = await Promise.all(names.map((name) => readSecret(name)));
  expect(secrets.map(({ fields }) => fields.password)).toEqual(names);
  expect(vault.logins).toBe(1);
});

test("a path that no policy allows is denied after one new login, and at once for the next minute", async () => {
  const clock = jest.spyOn(Date, "now").mockReturnValue(1_000_000);
  vault.deny(`${PATH}orders`);
  const { readSecret } = await reader();
  const requestsAt = async (time: number) => {
    clock.mockReturnValue(time);
    const before = vault.seen.length;
    expect((await failureOf(readSecret("orders"))).name).toBe("SecretAccessDeniedError");
    return vault.seen.length - before;
  };
  expect(await requestsAt(1_000_000)).toBe(2);
  expect(await requestsAt(1_059_999)).toBe(1);
  expect(vault.logins).toBe(1);
  expect(await requestsAt(1_060_000)).toBe(2);
  expect(vault.logins).toBe(2);
});

test("a path that no policy allows costs the other secrets nothing", async () => {
  vault.deny(`${PATH}payments`);
  const { readSecret } = await reader();
  const [denied, orders] = await Promise.all([failureOf(readSecret("payments")), readSecret("orders")]);
  expect(denied.name).toBe("SecretAccessDeniedError");
  expect(orders.fields.password).toBe("of orders");
});

test("a token that is unknown right after a login is Vault's trouble, and not the policy's", async () => {
  vault.canDropToken = false;
  vault.forgetToken();
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error.name).toBe("SecretUnavailableError");
  expect(error.message).toContain("Vault does not know the extension's token (HTTP 403)");
});

test.each([
  [503, "Vault is sealed", "SecretUnavailableError"],
  [400, 'entry for role "x" not found', "SecretAccessDeniedError"],
  [403, "permission denied", "SecretAccessDeniedError"],
])("a new login that gets %i, %s, is a %s", async (status, reason, name) => {
  vault.forgetToken();
  vault.tellLogin(loginGot(status, reason));
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error.name).toBe(name);
  expect(error.message).toMatch(/the extension has no token, its login failed.*VAULT_AUTH_ROLE/);
});

test("a new login that breaks off is an outage, for every read that waits for it", async () => {
  vault.write(`${PATH}payments`, { password: "of payments" });
  vault.forgetToken();
  vault.tellLogin("broken");
  const { readSecret } = await reader();
  for (const [name, error] of await Promise.all(
    ["orders", "payments"].map(async (secret) => [secret, await failureOf(readSecret(secret))] as const),
  )) {
    expect(error.name).toBe("SecretUnavailableError");
    expect(error.message).toContain(PATH + name);
  }
});
