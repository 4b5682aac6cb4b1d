import { mkdtempSync, promises, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureOf, leaveExecutionEnvironment, readerIn, shown } from "../support/execution-environment";
import { kvAnswer } from "../support/vault-extension";

const PASSWORD = "pa55-w0rd";
const PATH = "kv/data/secrets-dev/orders";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vault-file-"));
  file = join(folder, "orders.json");
});
afterEach(() => {
  jest.restoreAllMocks();
  leaveExecutionEnvironment();
  rmSync(folder, { recursive: true });
});

const reader = (variables: Record<string, string | undefined> = {}) =>
  readerIn({
    SECRET_SOURCES: "vault-file",
    SECRET_VAULT_PATH: "kv/data/secrets-dev/",
    VAULT_SECRET_PATH: PATH,
    VAULT_SECRET_FILE: file,
    ...variables,
  });

/** As the extension does when the execution environment starts. */
const extensionWrites = (content: unknown, to = file) => writeFileSync(to, JSON.stringify(content, null, 2));

test("a secret is read from the file that the extension wrote, and is as old as the file", async () => {
  extensionWrites(kvAnswer({ password: PASSWORD }, 3));
  utimesSync(file, 1_000, 1_000);
  expect(await (await reader()).readSecret("orders")).toEqual({
    fields: { password: PASSWORD },
    version: "3",
    fetchedAt: new Date(1_000_000),
    source: "vault-file",
  });
});

test("each pair of variables with a suffix is one secret", async () => {
  const other = join(folder, "reporting.json");
  extensionWrites(kvAnswer({ password: "of reporting" }, 1), other);
  extensionWrites(kvAnswer({ password: "of orders" }, 1));
  const { readSecret } = await reader({
    VAULT_SECRET_PATH: undefined,
    VAULT_SECRET_FILE: undefined,
    VAULT_SECRET_PATH_ONE: PATH,
    VAULT_SECRET_FILE_ONE: file,
    VAULT_SECRET_PATH_TWO: " /kv/data/secrets-dev/reporting ",
    VAULT_SECRET_FILE_TWO: other,
  });
  expect((await readSecret("orders")).fields.password).toBe("of orders");
  expect((await readSecret("reporting")).fields.password).toBe("of reporting");
});

test.each([
  [undefined, "/tmp/vault/secret.json"],
  ["folder/orders.json", "/tmp/vault/folder/orders.json"],
])("VAULT_SECRET_FILE %j is the file %s", async (variable, path) => {
  // The extension's own folder, where this machine may have files.
  const read = jest.spyOn(promises, "readFile").mockResolvedValue(JSON.stringify(kvAnswer({}, 1)));
  jest.spyOn(promises, "stat").mockResolvedValue(statSync(folder));
  await (await reader({ VAULT_SECRET_FILE: variable })).readSecret("orders");
  expect(read).toHaveBeenCalledWith(path, "utf8");
});

test("a refresh reads the file again and so sees what was written at the start", async () => {
  extensionWrites(kvAnswer({ password: PASSWORD }, 3));
  const { readSecret, secretCapabilities } = await reader();
  expect(secretCapabilities()).toEqual({ previousVersion: false, refresh: false });
  await readSecret("orders");
  expect((await readSecret("orders", { refresh: true })).version).toBe("3");
});

test("credentials that the database refuses are not tried again, as there are no others", async () => {
  extensionWrites(kvAnswer({ password: PASSWORD }, 3));
  const refusal = Object.assign(new Error("refused"), { code: "28P01" });
  const use = jest.fn().mockRejectedValue(refusal);
  await expect((await reader()).withSecret("orders", use)).rejects.toBe(refusal);
  expect(use).toHaveBeenCalledTimes(1);
});

test("a previous version is more than a file can give", async () => {
  extensionWrites(kvAnswer({ password: PASSWORD }, 3));
  const error = await failureOf((await reader()).readSecret("orders", { version: "previous" }));
  expect(error.name).toBe("SecretUnsupportedError");
  expect(error.message).toMatch(/vault-file.*no previous version.*vault-proxy/);
});

test("a secret that the extension was not told to write is not found, and the error lists those it was", async () => {
  extensionWrites(kvAnswer({ password: PASSWORD }, 3));
  const error = await failureOf((await reader()).readSecret("reporting"));
  expect(error.name).toBe("SecretNotFoundError");
  expect(error.message).toContain(`files of other secrets only: ${PATH}`);
});

test.each<[string, unknown, string, RegExp]>([
  ["null, which the extension writes for a missing secret", null, "SecretNotFoundError", /no such secret/],
  [
    "no data but a warning, which it writes for a path without /data/",
    { data: {}, warnings: ["Invalid path for a versioned K/V secrets engine."] },
    "SecretNotFoundError",
    /warns of the path/,
  ],
  ["a deleted version", kvAnswer(null, 2, "deleted"), "SecretNotFoundError", /version 2 is deleted/],
  ["a destroyed version", kvAnswer(null, 2, "destroyed"), "SecretNotFoundError", /version 2 is destroyed/],
  ["KV version 1", { data: { password: PASSWORD } }, "SecretMalformedError", /type kv, version 2/],
  ["a list in the secret", kvAnswer({ all: [PASSWORD] }, 1), "SecretMalformedError", /flat object/],
])("%s is a clear error", async (_, content, name, message) => {
  extensionWrites(content);
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error.name).toBe(name);
  expect(error.message).toMatch(message);
  expect(error.message).toContain(`${PATH} (vault-file)`);
  expect(shown(error)).not.toContain(PASSWORD);
});

test("a file that is not JSON is malformed, and its content is not quoted", async () => {
  writeFileSync(file, PASSWORD);
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error.name).toBe("SecretMalformedError");
  expect(shown(error)).not.toContain(PASSWORD);
});

test("without the file the extension did not run, or not in this mode", async () => {
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error.name).toBe("SecretUnavailableError");
  expect(error.message).toMatch(
    /cannot be read \(ENOENT\).*layer.*VAULT_RUN_MODE is default or file, in lower case/,
  );
});
