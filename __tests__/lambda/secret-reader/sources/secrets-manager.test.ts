import { type Answer, LoopbackServer } from "../../support/loopback-server";
import { failureOf, leaveExecutionEnvironment, readerIn, shown } from "../support/execution-environment";

const PASSWORD = "pa55-w0rd";

let server: LoopbackServer;
let answer: Answer;

beforeAll(async () => {
  server = await LoopbackServer.start(() => answer);
});
afterEach(leaveExecutionEnvironment);
afterAll(() => server.stop());

const reader = (variables: Record<string, string> = {}) =>
  readerIn({
    AWS_REGION: "ap-northeast-2",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${server.port}`,
    SECRET_SOURCES: "secrets-manager",
    SECRET_PREFIX: "secrets-dev/",
    ...variables,
  });

test("the previous version has the label AWSPREVIOUS", async () => {
  answer = { status: 200, body: JSON.stringify({ SecretString: '{"password":"old"}', VersionId: "v1" }) };
  const { readSecret, secretCapabilities } = await reader();
  expect(secretCapabilities()).toEqual({ previousVersion: true, refresh: true });
  expect(await readSecret("orders", { version: "previous" })).toMatchObject({
    version: "v1",
    source: "secrets-manager",
  });
  expect(JSON.parse(server.seen.at(-1)?.body ?? "")).toEqual({
    SecretId: "secrets-dev/orders",
    VersionStage: "AWSPREVIOUS",
  });
});

test("an answer that is not JSON is malformed, and is not quoted", async () => {
  answer = { status: 200, body: PASSWORD };
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error.name).toBe("SecretMalformedError");
  expect(shown(error)).not.toContain(PASSWORD);
});

test("a denial is quoted, as it says who may not do what, and no further than 500 characters", async () => {
  const denial = "User: arn:aws:sts::123456789012:assumed-role/orders is not authorized to perform it";
  answer = {
    status: 400,
    body: JSON.stringify({ __type: "AccessDeniedException", Message: denial.padEnd(600, "x") }),
  };
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error).toMatchObject({
    name: "SecretAccessDeniedError",
    message: expect.stringContaining(denial.padEnd(500, "x")),
  });
  expect(error.message).not.toContain(denial.padEnd(501, "x"));
});

test("an answer of other types than the API's is malformed, and is not quoted", async () => {
  answer = {
    status: 200,
    body: JSON.stringify({ SecretString: { password: PASSWORD }, CreatedDate: PASSWORD }),
  };
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error.name).toBe("SecretMalformedError");
  expect(shown(error)).not.toContain(PASSWORD);
});

test("what fails before there is a request is a fault of the reader, and not of the answer", async () => {
  answer = { status: 200, body: JSON.stringify({ SecretString: "{}", VersionId: "v1" }) };
  const error = await failureOf((await reader({ AWS_REGION: "no region" })).readSecret("orders"));
  expect(error.name).toBe("SecretUnexpectedError");
  expect(error.message).toBe(
    "Secret secrets-dev/orders (secrets-manager): a fault of the reader (Error). Report it.",
  );
  expect(error.stack).toMatch(/\n +at .*\n +at /);
});

test("an endpoint that takes the connection and never answers is unavailable after three attempts", async () => {
  answer = "silent";
  const before = server.seen.length;
  const error = await failureOf((await reader()).readSecret("orders"));
  expect(error.name).toBe("SecretUnavailableError");
  expect(error.message).toMatch(/did not answer \(\w+\).*interface endpoint/);
  expect(server.seen.length - before).toBe(3);
  // Each attempt takes five seconds.
});
