import { failureOf, leaveExecutionEnvironment, readerIn } from "../support/execution-environment";
import { VaultBehindProxy } from "../support/vault-proxy";

let vault: VaultBehindProxy;

beforeAll(async () => {
  vault = await VaultBehindProxy.start();
});

afterEach(leaveExecutionEnvironment);

afterAll(() => vault?.stop());

const write = async (name: string, password: string) =>
  await vault.call("POST", `kv/data/app/${name}`, { data: { username: "orders", password } });

const reader = (variables: Record<string, string> = {}) => readerIn({ ...vault.environment, ...variables });

test("a secret of a real server has its fields and version, and the one before", async () => {
  await write("orders", "old");
  await write("orders", "new");
  const { readSecret } = await reader();

  expect(await readSecret("orders")).toMatchObject({ fields: { password: "new" }, version: "2" });
  expect(await readSecret("orders", { version: "previous" })).toMatchObject({
    fields: { password: "old" },
    version: "1",
  });
});

test("a name with characters that a URL encodes is found", async () => {
  await write("team%20a/orders%3F%23%25", "new");

  expect((await (await reader()).readSecret("team a/orders?#%")).fields.password).toBe("new");
});

test.each([
  ["deleted", "DELETE", "kv/data/app/gone-deleted", undefined],
  ["destroyed", "PUT", "kv/destroy/app/gone-destroyed", { versions: [1] }],
] as const)(
  "a secret whose version is %s is not found, and the error says which it is",
  async (state, method, path, body) => {
    await write(`gone-${state}`, "old");
    await vault.call(method, path, body);

    const error = await failureOf((await reader()).readSecret(`gone-${state}`));

    expect(error.name).toBe("SecretNotFoundError");
    expect(error.message).toContain(`version 1 is ${state}`);
  },
);

test("a secret that was never written is not found", async () => {
  expect((await failureOf((await reader()).readSecret("nobody"))).name).toBe("SecretNotFoundError");
});

test("a path that no policy allows is denied", async () => {
  const { readSecret } = await reader({ SECRET_VAULT_PATH: "kv/data/other/" });

  expect((await failureOf(readSecret("orders"))).name).toBe("SecretAccessDeniedError");
});

test("credentials that were rotated away are replaced", async () => {
  await write("rotated", "old");
  const { withSecret } = await reader();
  const used: unknown[] = [];

  await withSecret("rotated", async ({ fields }) => {
    used.push(fields.password);
    if (fields.password === "new") return;
    await write("rotated", "new");
    throw Object.assign(new Error("refused"), { code: "28P01" });
  });

  expect(used).toEqual(["old", "new"]);
});

test("a sealed server is an outage, and what was kept goes on serving", async () => {
  await write("kept", "old");
  const { readSecret } = await reader();
  await readSecret("kept");
  await vault.call("PUT", "sys/seal");

  expect((await failureOf(readSecret("kept", { refresh: true }))).name).toBe("SecretUnavailableError");
  expect((await readSecret("kept")).fields.password).toBe("old");
});
