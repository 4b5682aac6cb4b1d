import type { Answer } from "../../support/loopback-server";
import { failureOf, leaveExecutionEnvironment, readerIn, shown } from "../support/execution-environment";
import { awsError, NOT_READY, SecretsManagerExtension } from "../support/secrets-manager-extension";

const PASSWORD = "pa55-w0rd";
const value = (password = PASSWORD) => JSON.stringify({ username: "orders", password });

let extension: SecretsManagerExtension;

beforeAll(async () => {
  extension = await SecretsManagerExtension.start();
});
beforeEach(() => extension.reset());
afterEach(leaveExecutionEnvironment);
afterAll(() => extension.stop());

const reader = (variables: Record<string, string> = {}) =>
  readerIn({ ...extension.environment, ...variables });

test("a secret is read by its name behind the prefix, with its version and source", async () => {
  extension.put("secrets-dev/orders", "AWSCURRENT", { value: value(), version: "v7" });
  expect(await (await reader()).readSecret("orders")).toEqual({
    fields: { username: "orders", password: PASSWORD },
    version: "v7",
    fetchedAt: expect.any(Date),
    source: "secrets-manager-extension",
  });
});

test("a request that cannot be made is a fault of the reader, and not of the extension", async () => {
  const { readSecret } = await reader({ AWS_SESSION_TOKEN: `${PASSWORD}\n` });
  const error = await failureOf(readSecret("orders"));
  expect(error.name).toBe("SecretUnexpectedError");
  expect(error.message).toContain("a fault of the reader (TypeError). Report it.");
  expect(shown(error)).not.toContain(PASSWORD);
});

test("names are encoded", async () => {
  extension.put("secrets-dev/a/b&c=d +", "AWSCURRENT", { value: value(), version: "v1" });
  expect((await (await reader()).readSecret("a/b&c=d +")).version).toBe("v1");
});

test("the previous version has the label AWSPREVIOUS and is kept apart from the current", async () => {
  extension.put("secrets-dev/orders", "AWSCURRENT", { value: value(), version: "v2" });
  extension.put("secrets-dev/orders", "AWSPREVIOUS", { value: value("old"), version: "v1" });
  const { readSecret, secretCapabilities } = await reader();
  expect(secretCapabilities()).toEqual({ previousVersion: true, refresh: true });
  expect((await readSecret("orders")).version).toBe("v2");
  expect(await readSecret("orders", { version: "previous" })).toMatchObject({ version: "v1" });
  expect((await readSecret("orders")).version).toBe("v2");
  expect(extension.seen).toHaveLength(2);
});

test("a refresh sees what was rotated meanwhile", async () => {
  extension.put("secrets-dev/orders", "AWSCURRENT", { value: value("old"), version: "v1" });
  const { readSecret } = await reader();
  await readSecret("orders");
  extension.put("secrets-dev/orders", "AWSCURRENT", { value: value("new"), version: "v2" });
  expect((await readSecret("orders", { refresh: true })).fields.password).toBe("new");
});

test("50 concurrent reads make one request", async () => {
  extension.put("secrets-dev/orders", "AWSCURRENT", { value: value(), version: "v1" });
  const { readSecret } = await reader();
  await Promise.all(Array.from({ length: 50 }, () => readSecret("orders")));
  expect(extension.seen).toHaveLength(1);
});

test.each<[string, Answer, string, RegExp]>([
  ["not ready", NOT_READY, "SecretUnavailableError", /only while an event is handled.*in the handler/],
  ["a missing secret", awsError("ResourceNotFoundException"), "SecretNotFoundError", /AWSCURRENT/],
  ["a denied secret", awsError("AccessDeniedException"), "SecretAccessDeniedError", /policies of endpoint/],
  ["a denied key", awsError("DecryptionFailure"), "SecretAccessDeniedError", /KMS key/],
  ["throttling", awsError("ThrottlingException"), "SecretUnavailableError", /answered ThrottlingException/],
  [
    "an error of the service",
    awsError("InternalServiceError"),
    "SecretUnavailableError",
    /InternalServiceError/,
  ],
  [
    "an error as JSON",
    { status: 400, body: '{"Code":"AccessDeniedException","Message":"as told"}' },
    "SecretAccessDeniedError",
    /AccessDeniedException/,
  ],
  ["an error of its own", { status: 500, body: PASSWORD }, "SecretUnavailableError", /HTTP 500.*log/],
  ["text", { status: 200, body: PASSWORD }, "SecretMalformedError", /the extension's answer must be JSON/],
  ["JSON null", { status: 200, body: "null" }, "SecretMalformedError", /its value must be JSON/],
  [
    "a secret that is text",
    { status: 200, body: JSON.stringify({ SecretString: PASSWORD, VersionId: "v1" }) },
    "SecretMalformedError",
    /its value must be JSON/,
  ],
  ["more than 1.2 MB", { status: 200, body: PASSWORD.repeat(200_000) }, "SecretMalformedError", /at most/],
])(
  "%s is the right error, names the source and the secret and quotes no value",
  async (_, answer, name, message) => {
    extension.tell(answer);
    const error = await failureOf((await reader()).readSecret("orders"));
    expect(error.name).toBe(name);
    expect(error.message).toMatch(message);
    expect(error.message).toContain("secrets-dev/orders (secrets-manager-extension)");
    expect(shown(error)).not.toContain(PASSWORD);
  },
);

test("a token that the extension does not take is not shown", async () => {
  const token = "not-the-token-of-the-role";
  const error = await failureOf((await reader({ AWS_SESSION_TOKEN: token })).readSecret("orders"));
  expect(error.message).toContain("nothing changes AWS_SESSION_TOKEN");
  expect(shown(error)).not.toContain(token);
});

test("a port where nothing listens means that the extension is not running", async () => {
  const { readSecret } = await reader({ PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: "9" });
  const error = await failureOf(readSecret("orders"));
  expect(error.name).toBe("SecretUnavailableError");
  expect(error.message).toMatch(/extension is not running.*AWS-Parameters-and-Secrets-Lambda-Extension/);
});

test("a port that would lead the session's token to another host is an error before anything is asked", async () => {
  const error = await failureOf(
    (await reader({ PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: "80@example.com" })).readSecret("orders"),
  );
  expect(error.message).toBe(
    "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT must lead to the extension, http://127.0.0.1 and a port, " +
      'got "http://localhost:80@example.com"; write a number',
  );
});

test.each([
  ["SECRET_PREFIX", "grantRead sets it"],
  ["AWS_SESSION_TOKEN", "Lambda sets it"],
])("without %s the error says that %s, before anything is asked", async (variable, setBy) => {
  const error = await failureOf((await reader({ [variable]: "" })).readSecret("orders"));
  expect(error.message).toMatch(new RegExp(`^${variable} must .*, got nothing; ${setBy}$`));
  expect(extension.seen).toHaveLength(0);
});
