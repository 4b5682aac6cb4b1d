import { setTimeout as sleep } from "node:timers/promises";
import { type SecretsManagerClient, SecretsManagerServiceException } from "@aws-sdk/client-secrets-manager";
import { awsSecretsManager, createClient } from "../../../../lambda/rotation/ports/aws-secrets-manager";
import type { SecretsManagerPort } from "../../../../lambda/rotation/ports/secrets-manager";
import { SecretsManagerError, UnexpectedError } from "../../../../lambda/rotation/support/errors";
import { LoopbackServer } from "../../support/loopback-server";
import { faultsOfCode } from "../support/faults-of-code";

const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:app-AbCdEf";

let server: LoopbackServer;
let client: SecretsManagerClient;
let port: SecretsManagerPort;
let requests: { operation: string; body: Record<string, unknown> }[];
/** What the service answers next; the body as it goes over the wire. */
let answer: { status: number; body: string };

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  });
  server = await LoopbackServer.start(({ headers, body }) => {
    const operation = String(headers["x-amz-target"]).replace("secretsmanager.", "");
    requests.push({ operation, body: JSON.parse(body) });
    return { ...answer, type: "application/x-amz-json-1.1", headers: { "x-amzn-requestid": "r-1" } };
  });
  client = createClient(`http://127.0.0.1:${server.port}`);
  port = awsSecretsManager(client);
});
afterAll(() => server.stop());
beforeEach(() => {
  requests = [];
});

const succeed = (body: object) => {
  answer = { status: 200, body: JSON.stringify(body) };
};
const fail = (type: string, message: string, status = 400) => {
  answer = { status, body: JSON.stringify({ __type: type, message }) };
};

test("describe gives labels, tags and whether rotation is on", async () => {
  succeed({
    ARN,
    RotationEnabled: true,
    VersionIdsToStages: { v1: ["AWSCURRENT"], v2: ["AWSPENDING"] },
    Tags: [{ Key: "rotation:user", Value: "app" }],
  });
  expect(await port.describe("app")).toEqual({
    arn: ARN,
    rotationEnabled: true,
    stagesByVersion: new Map([
      ["v1", ["AWSCURRENT"]],
      ["v2", ["AWSPENDING"]],
    ]),
    tags: new Map([["rotation:user", "app"]]),
  });
  expect(requests).toEqual([{ operation: "DescribeSecret", body: { SecretId: "app" } }]);
});

test("describe tolerates a secret without rotation, versions and tags", async () => {
  succeed({ ARN });
  expect(await port.describe(ARN)).toEqual({
    arn: ARN,
    rotationEnabled: undefined,
    stagesByVersion: new Map(),
    tags: new Map(),
  });
});

test("getValue sends version and stage, so that the service checks their match", async () => {
  succeed({ SecretString: "text" });
  expect(await port.getValue(ARN, { id: "v1", stage: "AWSPENDING" })).toBe("text");
  await port.getValue(ARN, { stage: "AWSCURRENT" });
  expect(requests.map(({ body }) => body)).toEqual([
    { SecretId: ARN, VersionId: "v1", VersionStage: "AWSPENDING" },
    { SecretId: ARN, VersionStage: "AWSCURRENT" },
  ]);
});

test("getValue of a version without a value is undefined", async () => {
  fail("ResourceNotFoundException", "Secrets Manager can't find the specified secret value");
  expect(await port.getValue(ARN, { id: "v1", stage: "AWSPENDING" })).toBeUndefined();
});

test("getValue of a binary secret is an error", async () => {
  succeed({ SecretBinary: "AAAA" });
  await expect(port.getValue(ARN, { id: "v1", stage: "AWSCURRENT" })).rejects.toThrow("AWSCURRENT of");
});

test.each(["AccessDeniedException", "DecryptionFailure", "InvalidRequestException"])(
  "getValue passes %s on, with its message and request id",
  async (type) => {
    fail(type, "because of this");
    const failure = port.getValue(ARN, { id: "v1", stage: "AWSCURRENT" });
    await expect(failure).rejects.toBeInstanceOf(SecretsManagerError);
    await expect(failure).rejects.toThrow(`(request r-1): "because of this" [${type}]`);
  },
);

test("putPending writes the version of the event, with RotationToken only if there is one", async () => {
  succeed({});
  expect(await port.putPending(ARN, { id: "v2", value: "{}", rotationToken: undefined })).toBe("stored");
  await port.putPending(ARN, { id: "v2", value: "{}", rotationToken: "t" });
  const body = {
    SecretId: ARN,
    ClientRequestToken: "v2",
    SecretString: "{}",
    VersionStages: ["AWSPENDING", "LAST_WRITTEN_BY_ROTATION"],
  };
  expect(requests.map((request) => request.body)).toEqual([body, { ...body, RotationToken: "t" }]);
});

test("putPending tells of a version that has another value", async () => {
  fail("ResourceExistsException", "You can't modify an existing version");
  expect(await port.putPending(ARN, { id: "v2", value: "{}", rotationToken: undefined })).toBe("exists");
});

test("an error of PutSecretValue that quotes the value does not get through", async () => {
  fail("ValidationException", "Value 'the-secret-value' at 'secretString' failed to satisfy constraint");
  const error = await port
    .putPending(ARN, { id: "v2", value: "the-secret-value", rotationToken: undefined })
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(SecretsManagerError);
  expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain("the-secret-value");
  expect(error.message).toContain("[ValidationException]");
});

test("a response that cannot be parsed does not get through", async () => {
  answer = { status: 200, body: '{"SecretString": the-secret-value' };
  const error = await port.getValue(ARN, { id: "v1", stage: "AWSCURRENT" }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(SecretsManagerError);
  expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain("the-secret-value");
});

test("moveCurrent moves the label, from no version if none has it", async () => {
  succeed({});
  await port.moveCurrent(ARN, { from: "v1", to: "v2" });
  await port.moveCurrent(ARN, { from: undefined, to: "v2" });
  const body = { SecretId: ARN, VersionStage: "AWSCURRENT", MoveToVersionId: "v2" };
  expect(requests.map((request) => request.body)).toEqual([{ ...body, RemoveFromVersionId: "v1" }, body]);
});

test("throttling is retried for longer than other errors are", async () => {
  fail("ThrottlingException", "Rate exceeded");
  const description = port.describe(ARN);
  while (requests.length <= 3) await sleep(10);
  succeed({ ARN, VersionIdsToStages: {} });
  expect(await description).toMatchObject({ arn: ARN });
});

test("throttling that does not end is an error while there is time to say so", async () => {
  fail("ThrottlingException", "Rate exceeded");
  const deadline = performance.now() + 5_000;
  const hurried = awsSecretsManager(client, () => deadline - performance.now());
  await expect(hurried.describe(ARN)).rejects.toThrow("[ThrottlingException]");
  expect(performance.now()).toBeLessThan(deadline);
});

test("without a route to the service the error names endpoint and security group", async () => {
  const nowhere = awsSecretsManager(createClient("http://127.0.0.1:1"));
  await expect(nowhere.describe(ARN)).rejects.toThrow(
    /No usable answer .* to DescribeSecret.*interface endpoint com.amazonaws.<region>.secretsmanager.*security group/,
  );
});

test.each<[string, unknown, string]>([
  ["an error with a code", Object.assign(new Error("hidden"), { code: "ECONNRESET" }), "ECONNRESET"],
  ["text that is not JSON", Object.assign(new SyntaxError("hidden"), { $response: {} }), "SyntaxError"],
  ["a time-out", Object.assign(new Error("hidden"), { name: "TimeoutError" }), "TimeoutError"],
  ["an answer without a name", { $metadata: {} }, "unknown"],
])("%s instead of an answer is named without its message", async (_, thrown, code) => {
  const broken = { send: async () => Promise.reject(thrown) } as never;
  const failure = awsSecretsManager(broken).describe("app");
  await expect(failure).rejects.toBeInstanceOf(SecretsManagerError);
  await expect(failure).rejects.toThrow(
    new RegExp(`No usable answer from Secrets Manager to DescribeSecret on "app" \\[${code}\\]`),
  );
  await expect(failure).rejects.not.toThrow("hidden");
});

test.each(faultsOfCode)("%s is a fault of the function, and not of the endpoint", async (_, thrown) => {
  const broken = { send: async () => Promise.reject(thrown) } as never;
  const failure = awsSecretsManager(broken).describe("app");
  await expect(failure).rejects.toBeInstanceOf(UnexpectedError);
  await expect(failure).rejects.not.toThrow(/hidden|endpoint/);
});

test("a refusal without a request id says so", async () => {
  const refusal = new SecretsManagerServiceException({
    name: "InternalServiceError",
    $fault: "server",
    $metadata: {},
    message: "slow down",
  });
  const refusing = { send: async () => Promise.reject(refusal) } as never;
  await expect(awsSecretsManager(refusing).describe(ARN)).rejects.toThrow(
    /refused DescribeSecret on "[^"]+" \(request unknown\): "slow down" \[InternalServiceError\]\. If it does not pass by itself/,
  );
});
