import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import {
  awsError,
  NOT_READY,
  SecretsManagerExtension,
} from "../../secret-reader/support/secrets-manager-extension";
import { answerOf, kvAnswer, VaultExtension } from "../../secret-reader/support/vault-extension";
import { type Answer, LoopbackServer } from "../../support/loopback-server";

const PASSWORD = "pa55-w0rd";
const PATH = "kv/data/secrets-dev/orders";
const ZIP = join(__dirname, "..", "..", "..", "..", "dist", "lambda", "samples", "orders-python.zip");
/** The runtime's own, if it is there; PYTHON may name another, to try the oldest and the newest that Lambda has. */
const [PYTHON] = [process.env.PYTHON ?? "python3.13", "python3"]
  .map((command) =>
    spawnSync(command, ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" }),
  )
  .flatMap(({ status, stdout }) => (status === 0 ? [stdout] : []));

let folder: string;
let vault: VaultExtension;
let secretsManager: SecretsManagerExtension;
let elsewhere: LoopbackServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orders-python-"));
  for (const [name, content] of Object.entries(unzipSync(readFileSync(ZIP))))
    writeFileSync(join(folder, name), content);
  [vault, secretsManager, elsewhere] = await Promise.all([
    VaultExtension.start(),
    SecretsManagerExtension.start(),
    LoopbackServer.start(() => answerOf(200, kvAnswer({ password: PASSWORD }, 1))),
  ]);
});
beforeEach(() => {
  vault.reset();
  secretsManager.reset();
});
afterAll(async () => {
  await Promise.all([vault.stop(), secretsManager.stop(), elsewhere.stop()]);
  rmSync(folder, { recursive: true });
});

/** Runs Python in a new process with the unpacked zip, a proxy in the environment that nothing listens on, and no more. */
async function python(code: string, variables: Record<string, string>): Promise<string> {
  const env = {
    PATH: process.env.PATH ?? "",
    SECRET_NAME: "orders",
    http_proxy: "http://127.0.0.1:9",
    ...variables,
  };
  const { stdout } = await promisify(execFile)(PYTHON ?? "", ["-c", code], { cwd: folder, env });
  return stdout;
}

const invoke = async (variables: Record<string, string>) =>
  JSON.parse(await python("import index, json; print(json.dumps(index.handler({}, None)))", variables));

/** All that Python prints of an error, which is what the function's log gets. */
const failure = async (variables: Record<string, string>): Promise<string> =>
  python("import index; index.handler({}, None)", variables).then(
    (stdout) => `it did not fail: ${stdout}`,
    ({ stderr }) => stderr,
  );

/** Everything that the error has, and each that it was raised while handling: a log of errors may take all of it. */
const SHOW_ALL = `
import index
try:
  print("it did not fail:", index.handler({}, None))
except Exception as error:
  while error:
    print(repr(error), [getattr(error, name) for name in dir(error) if not name.startswith("__")])
    error = error.__context__`;

import { skipBecause } from "../../../support/needing";

test("the zip has the source as it is and the time 1980-01-01 00:00, so that it is the same wherever it is made", () => {
  const zip = readFileSync(ZIP);
  const source = readFileSync(
    join(__dirname, "..", "..", "..", "..", "lambda", "samples", "orders-python", "index.py"),
  );
  expect(unzipSync(zip)).toEqual({ "index.py": new Uint8Array(source) });
  expect([zip.readUInt16LE(10), zip.readUInt16LE(12)]).toEqual([0, (1 << 5) | 1]);
});

if (!PYTHON)
  skipBecause("The Python sample's tests are skipped: there is no python3; install Python 3.9 or newer");

(PYTHON ? describe : () => undefined)("with Python", () => {
  test("reads through Vault's extension and answers names of fields, version and source, never a value", async () => {
    vault.write(PATH, { username: "orders", password: PASSWORD });
    expect(await invoke(vault.environment)).toEqual({
      fields: ["password", "username"],
      version: "1",
      source: "vault-proxy",
    });
    expect(vault.seen.map(({ url }) => url)).toEqual([`/v1/${PATH}`]);
  });

  test("reads through AWS's extension", async () => {
    secretsManager.put("secrets-dev/orders", "AWSCURRENT", {
      value: JSON.stringify({ password: PASSWORD }),
      version: "v7",
    });
    expect(await invoke(secretsManager.environment)).toEqual({
      fields: ["password"],
      version: "v7",
      source: "secrets-manager-extension",
    });
  });

  test("reads the file that Vault's extension wrote", async () => {
    const file = join(folder, "orders.json");
    writeFileSync(file, JSON.stringify(kvAnswer({ password: PASSWORD }, 3)));
    const variables = {
      SECRET_SOURCES: "vault-file",
      SECRET_VAULT_PATH: "kv/data/secrets-dev/",
      VAULT_SECRET_PATH_ORDERS: PATH,
      VAULT_SECRET_FILE_ORDERS: file,
    };
    expect(await invoke(variables)).toEqual({ fields: ["password"], version: "3", source: "vault-file" });
    writeFileSync(file, "null");
    expect(await failure(variables)).toContain(`Secret ${PATH}: Vault has none there`);
    rmSync(file);
    expect(await failure(variables)).toContain("cannot be read (No such file or directory)");
    expect(await failure({ ...variables, SECRET_NAME: "reporting" })).toContain(
      "no VAULT_SECRET_PATH names it",
    );
  });

  test("keeps a secret, reads it again for a refresh, and passes the extension's cache by", async () => {
    vault.write(PATH, { password: PASSWORD });
    await python(
      "import index\nfor refresh in (False, False, True): index.read_secret('orders', refresh)",
      vault.environment,
    );
    expect(vault.reachedVault).toHaveLength(2);
  });

  test("a token that Vault no longer knows is replaced by one new login", async () => {
    vault.write(PATH, { password: PASSWORD });
    vault.forgetToken();
    expect((await invoke(vault.environment)).version).toBe("1");
    expect(vault.logins).toBe(1);
  });

  test("a path that no policy allows is denied after one new login, and at once for the next minute", async () => {
    vault.deny(PATH);
    const code = `
import index
for second in (100, 159, 160):
  index.time.monotonic = lambda: second
  try: index.handler({}, None)
  except index.SecretError as error: print(type(error).__name__)`;
    expect(await python(code, vault.environment)).toBe("SecretError\n".repeat(3));
    expect(vault.logins).toBe(2);
    expect(vault.seen).toHaveLength(5);
  });

  test("a refresh that fails in an outage leaves the secret that was kept, and any other does not", async () => {
    vault.write(PATH, { password: PASSWORD });
    const code = (status: number) => `
import index
answer = index.ask
index.read_secret("orders")
def failing(*args): raise index.${status === 503 ? "SecretUnavailableError" : "SecretError"}("${status}")
index.ask = failing
try: index.read_secret("orders", refresh=True)
except index.SecretError: print("failed")
print("orders" in index.kept)`;
    expect(await python(code(503), vault.environment)).toBe("failed\nTrue\n");
    expect(await python(code(404), vault.environment)).toBe("failed\nFalse\n");
  });

  test.each([
    [307, "SecretUnavailableError"],
    [404, "SecretError"],
    [429, "SecretUnavailableError"],
    [503, "SecretUnavailableError"],
  ])("HTTP %i is a %s", async (status, name) => {
    vault.tell({ status, body: "{}" });
    expect(await failure(vault.environment)).toContain(`index.${name}: Secret ${PATH}: HTTP ${status}`);
  });

  test.each([
    ["a login that Vault denies", 500, "failed to get valid Vault token. Code: 403", "SecretError", 403],
    [
      "a login that STS denies",
      500,
      "Code: 400. error making upstream request: received error code 403 from STS: <Code>SignatureDoesNotMatch</Code>",
      "SecretError",
      400,
    ],
    [
      "a login while STS does not answer",
      500,
      "Code: 400. error making upstream request: EOF",
      "SecretUnavailableError",
      500,
    ],
    [
      "a new login's token, unknown too",
      403,
      "permission denied; invalid token",
      "SecretUnavailableError",
      403,
    ],
  ])("%s (HTTP %i, %j) is a %s", async (_, status, body, name, behind) => {
    vault.tell({ status, body });
    expect(await failure(vault.environment)).toContain(`index.${name}: Secret ${PATH}: HTTP ${behind}`);
  });

  test("a database's secret without a password was not rotated yet", async () => {
    vault.write(PATH, { engine: "postgres", host: "db", username: "orders", password: null });
    expect(await failure(vault.environment)).toContain(
      "SecretNotRotatedError: Secret orders (vault-proxy): this version has no password yet",
    );
    vault.write(PATH, { host: "db", port: 5432, dbname: "app", username: "orders" });
    expect(await failure(vault.environment)).toContain("SecretNotRotatedError");
    vault.write(PATH, { host: "sftp", privateKey: "key", username: "orders" });
    expect((await invoke(vault.environment)).fields).toEqual(["host", "privateKey", "username"]);
  });

  test("a value that is null is told from a deleted one", async () => {
    vault.write(PATH, null);
    expect(await failure(vault.environment)).toContain("must be a JSON object of texts");
    vault.remove(PATH, "deleted");
    expect(await failure(vault.environment)).toContain("HTTP 404");
  });

  test("a secret of 1 MiB, which is as much as Vault takes, is read", async () => {
    vault.write(PATH, { password: "x".repeat(1_048_576) });
    expect((await invoke(vault.environment)).fields).toEqual(["password"]);
  });

  test("reads again after five minutes", async () => {
    vault.write(PATH, { password: PASSWORD });
    await python(
      "import index\nfor second in (0, 299, 300):\n  index.time.monotonic = lambda: second\n  index.handler({}, None)",
      vault.environment,
    );
    expect(vault.seen).toHaveLength(2);
  });

  test("asks for the namespace, and encodes the name", async () => {
    const inNamespace = await VaultExtension.start({ namespace: "team-a" });
    inNamespace.write("kv/data/secrets-dev/a b/orders?", { password: PASSWORD });
    const variables = { ...inNamespace.environment, VAULT_NAMESPACE: "team-a", SECRET_NAME: "a b/orders?" };
    expect((await invoke(variables)).version).toBe("1");
    await inNamespace.stop();
  });

  test.each([
    ["a missing secret", answerOf(404, { errors: [] }), /HTTP 404; check that it exists/],
    ["a denied secret", answerOf(403, { errors: [PASSWORD] }), /HTTP 403; check .* who may read it/],
    ["no token", { status: 500, body: PASSWORD }, /HTTP 500/],
    ["text", { status: 200, body: PASSWORD }, /must be JSON; it is not JSON/],
    ["KV version 1", answerOf(200, { data: { password: PASSWORD } }), /check the path and its \/data\//],
    ["a list", answerOf(200, kvAnswer([PASSWORD], 1)), /must be a JSON object/],
    [
      "a value in a value",
      answerOf(200, kvAnswer({ all: { password: PASSWORD } }, 1)),
      /texts, numbers and bool/,
    ],
    ["a value that is a list", answerOf(200, kvAnswer({ [PASSWORD]: [] }, 1)), /texts, numbers and booleans/],
    ["a JSON list", answerOf(200, [PASSWORD]), /check the path and its \/data\//],
    ["an answer that breaks off", "broken" as const, /must be JSON; it is not JSON/],
    ["no answer in time", "silent" as const, /does not answer \((TimeoutError|timeout)\)/],
  ])("of Vault's extension, %s is a clear error that quotes no value", async (_, answer, message) => {
    vault.tell(answer);
    const text = await failure(vault.environment);
    expect(text).toMatch(message);
    expect(text).toMatch(/Secret(Unavailable)?Error: Secret /);
    expect(text).not.toContain(PASSWORD);
  });

  test.each<[string, Answer]>([
    ["text", { status: 200, body: PASSWORD }],
    ["bytes", { status: 200, body: `\u0000\u00ff${PASSWORD}` }],
    ["a list", answerOf(200, [PASSWORD])],
    ["a list as the secret", answerOf(200, kvAnswer([PASSWORD], 1))],
    ["KV version 1", answerOf(200, { data: { data: PASSWORD } })],
    ["an error with the value", { status: 500, body: PASSWORD }],
  ])("of Vault's extension, no error, nor one behind it, holds the value in %s", async (_, answer) => {
    vault.tell(answer);
    const text = await python(SHOW_ALL, vault.environment);
    expect(text).toMatch(/^Secret(Unavailable)?Error/);
    expect(text).not.toContain(PASSWORD);
  });

  test.each<[string, Answer]>([
    ["text", { status: 200, body: PASSWORD }],
    ["a list", answerOf(200, [PASSWORD])],
    ["a secret that is text", answerOf(200, { SecretString: PASSWORD, VersionId: "v1" })],
    ["a secret that is no text", answerOf(200, { SecretString: { password: PASSWORD }, VersionId: "v1" })],
  ])("of AWS's extension, no error, nor one behind it, holds the value in %s", async (_, answer) => {
    secretsManager.tell(answer);
    const text = await python(SHOW_ALL, secretsManager.environment);
    expect(text).toMatch(/^Secret(Unavailable)?Error/);
    expect(text).not.toContain(PASSWORD);
  });

  test("no error, nor one behind it, holds what is in a file of Vault's extension that is no text", async () => {
    const file = join(folder, "broken.json");
    writeFileSync(file, Buffer.concat([Buffer.from(PASSWORD), Buffer.from([0xff])]));
    const text = await python(SHOW_ALL, {
      SECRET_SOURCES: "vault-file",
      SECRET_VAULT_PATH: "kv/data/secrets-dev/",
      VAULT_SECRET_PATH: PATH,
      VAULT_SECRET_FILE: file,
    });
    expect(text).toMatch(/^SecretError.*must be JSON/);
    expect(text).not.toContain(PASSWORD);
  });

  test("a redirect is not followed, so that token and namespace go to no other host", async () => {
    const headers = { location: `http://127.0.0.1:${elsewhere.port}/` };
    vault.tell({ status: 307, body: "", headers });
    secretsManager.tell({ status: 302, body: "", headers });
    expect(await failure({ ...vault.environment, VAULT_NAMESPACE: "team-a" })).toContain("HTTP 307");
    expect(await failure(secretsManager.environment)).toContain("HTTP 302");
    expect(elsewhere.seen).toHaveLength(0);
  });

  test.each([
    ["VAULT_ADDR", "http://127.0.0.2:8200"],
    ["VAULT_ADDR", "https://127.0.0.1:8200"],
    ["VAULT_ADDR", "http://127.0.0.1:8200@vault.example.com"],
    ["PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", "80@example.com"],
  ])("%s %j would lead elsewhere than to the extension and is refused", async (variable, value) => {
    const { environment } = variable === "VAULT_ADDR" ? vault : secretsManager;
    expect(await failure({ ...environment, [variable]: value })).toContain(
      "SecretError: An extension's address must be http://127.0.0.1 or localhost and a port",
    );
  });

  test.each(["../other", "a//b", "./orders", "/orders", "orders/", "a/.."])(
    "the name %j, which would lead to another path, is refused",
    async (name) => {
      expect(await failure({ ...vault.environment, SECRET_NAME: name })).toContain(
        "SecretError: A secret's name must be words",
      );
      expect(vault.seen).toHaveLength(0);
    },
  );

  test.each([
    ["not ready", NOT_READY],
    ["an error of Secrets Manager", awsError("AccessDeniedException")],
  ])("of AWS's extension, %s is a clear error", async (_, answer) => {
    secretsManager.tell(answer);
    expect(await failure(secretsManager.environment)).toContain(
      "SecretError: Secret secrets-dev/orders: HTTP 400",
    );
  });

  test("a request that cannot be made is a fault of the reader, without the token", async () => {
    const variables = { ...secretsManager.environment, AWS_SESSION_TOKEN: `${PASSWORD}\n` };
    const text = await python(SHOW_ALL, variables);
    expect(text).toContain("a fault of the reader itself (ValueError); report it");
    expect(text).not.toContain(PASSWORD);
  });

  test("the AWS SDK as a source is refused with the way out", async () => {
    expect(await failure({ SECRET_SOURCES: "secrets-manager" })).toContain(
      "got 'secrets-manager'; secrets-manager needs an SDK: set the delivery to the extension",
    );
  });

  test("of several sources it reads the first", async () => {
    vault.write(PATH, { password: PASSWORD });
    const variables = { ...vault.environment, SECRET_SOURCES: "vault-proxy,secrets-manager" };
    expect((await invoke(variables)).source).toBe("vault-proxy");
  });

  test.each([
    ["SECRET_SOURCES", "", "SECRET_SOURCES must be set, got nothing"],
    ["VAULT_ADDR", "", "VAULT_ADDR must be set, got nothing"],
    ["SECRET_VAULT_PATH", "kv/secrets-dev/", "SECRET_VAULT_PATH must contain /data/"],
    ["VAULT_ADDR", "http://127.0.0.1:9", "does not answer (ConnectionRefusedError)"],
  ])("%s %j is a clear error", async (variable, value, message) => {
    expect(await failure({ ...vault.environment, [variable]: value })).toContain(message);
  });
});
