import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type Answer, LoopbackServer } from "../support/loopback-server";
import { leaveExecutionEnvironment, readerIn, shown } from "./support/execution-environment";
import { loginGot, withoutToken } from "./support/vault-extension";

const PATH = "kv/data/secrets-dev/orders";

let server: LoopbackServer;
let answer: Answer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "values-in-messages-"));
  server = await LoopbackServer.start(() => answer);
});
afterEach(leaveExecutionEnvironment);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const reader = (source: string) =>
  readerIn({
    SECRET_SOURCES: source,
    SECRET_PREFIX: "secrets-dev/",
    SECRET_VAULT_PATH: "kv/data/secrets-dev/",
    VAULT_ADDR: `http://127.0.0.1:${server.port}`,
    VAULT_SECRET_PATH: PATH,
    VAULT_SECRET_FILE: join(folder, "orders.json"),
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: String(server.port),
    AWS_SESSION_TOKEN: "session-token",
    AWS_REGION: "ap-northeast-2",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${server.port}`,
  });

/** A number that JSON has and Go and JavaScript have not, or a text with whatever breaks a parser, a log or a pattern. */
const values = fc.oneof(
  fc
    .string({ unit: fc.constantFrom("\n", '"', "'", "\\", "<", "{", "%", "é", "\u0000", "a", " ", "/", ":") })
    .map((text) => `pa55${text}w0rd`),
  fc.integer({ min: 400, max: 9_999 }).map((exponent) => `73${exponent}1e${exponent}`),
);

/** Where a value may stand in what comes back, right or wrong. */
const places: readonly ((value: string) => string)[] = [
  (value) => value,
  (value) => `{"data":{"data":{"password":${value}`,
  (value) => JSON.stringify({ errors: [value] }),
  (value) =>
    JSON.stringify({ errors: [`1 error occurred:\n\t* unable to marshal ${value}`], warnings: [value] }),
  (value) => JSON.stringify({ data: null, warnings: [value] }),
  (value) => JSON.stringify({ data: { password: value } }),
  (value) => JSON.stringify({ data: { data: [value], metadata: { version: 1 } } }),
  (value) => JSON.stringify({ data: { data: { all: { password: value } }, metadata: { version: 1 } } }),
  (value) => JSON.stringify({ data: { data: value, metadata: { version: 1 } } }),
  (value) => JSON.stringify({ data: { data: { [value]: [] }, metadata: { version: 1 } } }),
  (value) =>
    JSON.stringify({
      data: { data: { engine: "postgres", host: value, username: value }, metadata: { version: 1 } },
    }),
  (value) => JSON.stringify({ data: { data: null, metadata: { version: 1, deletion_time: value } } }),
  (value) => JSON.stringify({ SecretString: value, VersionId: value }),
  (value) => JSON.stringify({ SecretString: [value], VersionId: value }),
  (value) => JSON.stringify({ SecretString: JSON.stringify([value]), CreatedDate: value }),
  (value) =>
    JSON.stringify({ SecretString: JSON.stringify({ engine: value, host: value, username: value }) }),
  (value) => JSON.stringify({ __type: "InternalServiceError", message: value }),
  (value) => JSON.stringify({ __type: "DecryptionFailure", message: value, Code: value }),
  (value) => (loginGot(400, value) as { body: string }).body,
  (value) => (withoutToken(`x509: ${value}`) as { body: string }).body,
];

const statuses = fc.constantFrom(200, 200, 307, 400, 403, 404, 405, 412, 429, 500, 502, 503);

test.each([
  ["vault-proxy", 150],
  ["vault-file", 100],
  ["secrets-manager-extension", 100],
  // The SDK waits between its attempts.
  ["secrets-manager", 25],
])(
  "of %s no error holds a value, whatever comes back and wherever the value stands in it",
  async (source, numRuns) => {
    await fc.assert(
      fc.asyncProperty(values, fc.constantFrom(...places), statuses, async (value, place, status) => {
        const body = place(value);
        answer = {
          status,
          body,
          ...(status === 307 && { headers: { location: encodeURI(`http://127.0.0.1:9/${value}`) } }),
        };
        writeFileSync(join(folder, "orders.json"), body);
        const { readSecret } = await reader(source);
        const text = await readSecret("orders").then(() => "", shown);
        for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURI(value)])
          expect(text).not.toContain(form);
      }),
      { numRuns },
    );
  },
  180_000,
);
