import { SecretsManagerServer } from "../support/secrets-manager-server";
import { failureOf, leaveExecutionEnvironment, readerIn, shown } from "./support/execution-environment";
import { readInOwnProcess } from "./support/own-process";

const PASSWORD = "pa55-w0rd";
const value = (password = PASSWORD) => JSON.stringify({ username: "orders", password });
const refusal = Object.assign(new Error("password authentication failed"), { code: "28P01" });

let server: SecretsManagerServer;
let reader: typeof import("../../../lambda/secret-reader");

beforeAll(async () => {
  server = await SecretsManagerServer.start();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  reader = await readerIn({
    ...server.environment,
    SECRET_SOURCES: "secrets-manager",
    SECRET_PREFIX: "secrets-dev/",
  });
});

afterEach(leaveExecutionEnvironment);

test("a secret is read by its name behind the environment's prefix", async () => {
  server.answer({ value: value(), version: "v7" });
  const secret = await reader.readSecret("orders");
  expect(secret).toMatchObject({
    fields: { username: "orders", password: PASSWORD },
    version: "v7",
    source: "secrets-manager",
  });
  expect(server.requested).toEqual(["secrets-dev/orders"]);
});

test("10,000 reads of which 50 run at once make one call", async () => {
  server.answer({ value: value() });
  for (let batch = 0; batch < 200; batch++) {
    await Promise.all(Array.from({ length: 50 }, () => reader.readSecret("orders")));
  }
  expect(server.requested).toHaveLength(1);
});

test.each([
  [400, "ResourceNotFoundException", "SecretNotFoundError"],
  [400, "AccessDeniedException", "SecretAccessDeniedError"],
  [400, "DecryptionFailure", "SecretAccessDeniedError"],
  [400, "InvalidRequestException", "SecretNotFoundError"],
  [400, "InvalidParameterException", "SecretAccessDeniedError"],
  [400, "ThrottlingException", "SecretUnavailableError"],
  [500, "InternalServiceError", "SecretUnavailableError"],
])("HTTP %i %s is a %s that names the secret", async (status, error, expected) => {
  server.answer({ status, error });
  const failure = await reader.readSecret("orders").catch((reason) => reason);
  expect(failure.name).toBe(expected);
  expect(failure.message).toContain("secrets-dev/orders");
});

test.each([
  ["AccessDeniedException", "Secrets Manager answered AccessDeniedException: as told."],
  ["DecryptionFailure", "Secrets Manager answered DecryptionFailure."],
])(
  "of AWS's messages a denial's is quoted alone, as it comes before any value: %s",
  async (error, message) => {
    server.answer({ status: 400, error });
    expect((await failureOf(reader.readSecret("orders"))).message).toContain(message);
  },
);

test("an answer is not blamed on the network", async () => {
  server.answer({ status: 400, error: "InvalidRequestException" });
  const failure = await reader.readSecret("orders").catch((reason) => reason);
  expect(failure.message).toContain("Secrets Manager answered InvalidRequestException");
  expect(failure.message).not.toContain("endpoint");
});

test("an endpoint that does not answer is unavailable, and the message says what to check", async () => {
  const failure = await failureOf(
    readInOwnProcess({
      ...server.environment,
      SECRET_SOURCES: "secrets-manager",
      SECRET_PREFIX: "secrets-dev/",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://127.0.0.1:9",
    }),
  );
  expect(failure.name).toBe("SecretUnavailableError");
  expect(failure.message).toContain("interface endpoint");
});

test.each([
  ["text that is not JSON", `not json ${PASSWORD}`],
  ["a JSON list", JSON.stringify([PASSWORD])],
  ["JSON null", "null"],
  ["an object in an object", JSON.stringify({ nested: { password: PASSWORD } })],
  ["a list in an object", JSON.stringify({ username: PASSWORD, hosts: [] })],
])("%s is malformed, and the message does not quote it", async (_, text) => {
  server.answer({ value: text });
  const failure = await reader.readSecret("orders").catch((reason) => reason);
  expect(failure.name).toBe("SecretMalformedError");
  expect(shown(failure)).not.toContain(PASSWORD);
});

test("a field that is null is left out, as the rotation function takes it", async () => {
  server.answer({ value: JSON.stringify({ username: "orders", dbname: null }) });
  expect((await reader.readSecret("orders")).fields).toEqual({ username: "orders" });
});

test("without SECRET_PREFIX the error says who sets it", async () => {
  delete process.env.SECRET_PREFIX;
  await expect(reader.readSecret("orders")).rejects.toThrow("SECRET_PREFIX must say where secrets are");
});

test("credentials that the database refuses are fetched again and used once more", async () => {
  server.answer({ value: value("old") }, { value: value("new"), version: "v2" });
  const used: unknown[] = [];
  const result = await reader.withSecret("orders", async ({ fields }) => {
    used.push(fields.password);
    if (fields.password === "old") throw refusal;
    return "connected";
  });
  expect(result).toBe("connected");
  expect(used).toEqual(["old", "new"]);
});

test("credentials that are refused twice are not tried a third time", async () => {
  server.answer({ value: value("old") }, { value: value("new"), version: "v2" });
  const use = jest.fn().mockRejectedValue(refusal);
  await expect(reader.withSecret("orders", use)).rejects.toBe(refusal);
  expect(use).toHaveBeenCalledTimes(2);
});

test("credentials that are refused while the secret is behind the database are waited for", async () => {
  server.answer(
    { value: value("old") },
    { value: value("old") },
    { value: value("old") },
    { value: value("new"), version: "v2" },
  );
  const used: unknown[] = [];
  await reader.withSecret("orders", async ({ fields }) => {
    used.push(fields.password);
    if (fields.password === "old") throw refusal;
  });
  expect(used).toEqual(["old", "new"]);
  expect(server.requested).toHaveLength(4);
});

test("credentials that are refused and stay the current ones are not tried again", async () => {
  server.answer({ value: value() });
  const use = jest.fn().mockRejectedValue(refusal);
  await expect(reader.withSecret("orders", use)).rejects.toBe(refusal);
  expect(use).toHaveBeenCalledTimes(1);
  expect(server.requested).toHaveLength(4);
});

test("any other failure of the use is not retried", async () => {
  server.answer({ value: value() });
  const use = jest.fn().mockRejectedValue(new Error("syntax error"));
  await expect(reader.withSecret("orders", use)).rejects.toThrow("syntax error");
  expect(use).toHaveBeenCalledTimes(1);
});
