import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WARM_UP } from "../../../lambda/rotation/contract/warm-up";

const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:app-AbCdEf";
const EVENT = { SecretId: ARN, ClientRequestToken: "v1", Step: "createSecret" };

let server: Server;
let lines: string[];
let handler: (event: unknown, context?: { getRemainingTimeInMillis(): number }) => Promise<void>;

beforeAll(async () => {
  server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ ARN, VersionIdsToStages: { v1: ["AWSCURRENT"] } }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  lines = [];
  jest.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
  ({ handler } = await import("../../../lambda/rotation/handler"));
});
afterAll(() => {
  jest.restoreAllMocks();
  server.close();
  server.closeAllConnections();
});

test("a call that keeps it warm is answered without a look at anything", async () => {
  await expect(handler(WARM_UP)).resolves.toBeUndefined();
  expect(lines).toEqual([]);
});

test("without its variables the function says which, and tries again at the next call", async () => {
  await expect(handler(EVENT)).rejects.toThrow(/misconfigured: DATABASE_HOSTS/);
});

test("a step runs against Secrets Manager and logs one JSON line", async () => {
  Object.assign(process.env, {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    DATABASE_HOSTS: "db.example",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  await handler(EVENT);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      step: "createSecret",
      secretArn: ARN,
      outcome: "nothing to do: already AWSCURRENT",
    }),
  ]);
});

test("Lambda's time limit is the step's", async () => {
  await expect(handler(EVENT, { getRemainingTimeInMillis: () => 60_000 })).resolves.toBeUndefined();
  await expect(handler(EVENT, { getRemainingTimeInMillis: () => 1_000 })).rejects.toThrow(
    /Too little of the function's time is left to call DescribeSecret/,
  );
});
