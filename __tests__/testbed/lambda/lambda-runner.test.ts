import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { callJson, unsignedHeaders } from "../../../testbed/aws/aws-protocol";
import type { Invocation } from "../../../testbed/lambda/lambda-runner";
import { DeployedFunctions } from "./deployed-functions";

let directory: string;
let emulator: AwsEmulator;
let functions: DeployedFunctions;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "runner-"));
  emulator = await startAwsEmulator({ directory });
  functions = await DeployedFunctions.on(emulator.endpoint, directory);
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(directory, { recursive: true });
});

const node = `
  exports.answer = async (event, context) => {
    const remaining = context.getRemainingTimeInMillis();
    return { event, name: context.functionName, env: process.env, inTime: 0 < remaining && remaining <= 10000 };
  };
  exports.nothing = async () => {};
  exports.fail = async () => { console.log("about to fail"); throw new TypeError("wrong"); };
  exports.hang = () => new Promise((resolve) => setTimeout(resolve, 60_000));
  exports.crash = () => process.exit(3);
  exports.resolve = async (name) => (await require("node:dns").promises.lookup(name)).address;
  const call = async (service, request) => (await fetch(process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER, {
    method: "POST",
    ...request,
    headers: { ...request.headers, authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID +
      "/20260101/ap-northeast-2/" + service + "/aws4_request, SignedHeaders=host, Signature=0" },
  })).text();
  exports.identity = () =>
    call("sts", { body: new URLSearchParams({ Action: "GetCallerIdentity", Version: "2011-06-15" }) });
  exports.secret = async (SecretId) => JSON.parse(await call("secretsmanager", {
    headers: { "x-amz-target": "secretsmanager.GetSecretValue", "content-type": "application/x-amz-json-1.1" },
    body: JSON.stringify({ SecretId }),
  })).SecretString;`;

const python = `
import os, socket, sys, time

def answer(event, context):
    remaining = context.get_remaining_time_in_millis()
    return {"event": event, "name": context.function_name, "env": dict(os.environ), "inTime": 0 < remaining <= 10000}

def fail(event, context):
    print("about to fail")
    raise ValueError("wrong")

def crash(event, context):
    sys.exit(3)

def hang(event, context):
    time.sleep(60)

def resolve(name, context):
    return socket.getaddrinfo(name, 443)[0][4][0]
`;

const RUNTIMES = {
  "nodejs22.x": { files: { "index.js": node }, module: "index", error: "TypeError", unknown: "ENOTFOUND" },
  "python3.13": {
    files: { "pkg/mod.py": python },
    module: "pkg/mod",
    error: "ValueError",
    unknown: "Name or service not known",
  },
};

describe.each(Object.entries(RUNTIMES))("a function on %s", (runtime, { files, module, error, unknown }) => {
  const nameOf = (handler: string): string => `${runtime.replace(/\W/g, "-")}-${handler}`;

  async function deployed(handler: string, timeoutSeconds = 10): Promise<string> {
    const name = nameOf(handler);
    await functions.deploy(name, { runtime, files, handler: `${module}.${handler}`, timeoutSeconds });
    return name;
  }

  async function invoke(handler: string, event: unknown = {}): Promise<Invocation> {
    return await functions.runner().invoke(await deployed(handler), event);
  }

  test("has its own environment and its role's credentials, no more, and knows how much time is left", async () => {
    const name = nameOf("answer");
    const settings = { runtime, files, handler: `${module}.answer`, variables: { SETTING: "value" } };
    await functions.deploy(name, settings);

    const { result } = await functions.runner().invoke(name, { a: 1 });

    expect(result).toMatchObject({ event: { a: 1 }, name, inTime: true });
    const { LC_CTYPE: _, ...env } = (result as { env: Record<string, string> }).env;
    expect(env).toEqual({
      SETTING: "value",
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: emulator.endpoint,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_REGION: "ap-northeast-2",
      AWS_SECRET_ACCESS_KEY: expect.any(String),
      AWS_SESSION_TOKEN: expect.any(String),
    });
  });

  test("answers its error and keeps its log", async () => {
    const { error: answered, log } = await invoke("fail");

    expect(answered).toEqual({ errorType: error, errorMessage: "wrong" });
    expect(readFileSync(log, "utf8")).toContain("about to fail");
  });

  test("is ended at its timeout, and noticed when it exits", async () => {
    const hanging = await deployed("hang", 2);
    const [hang, crash] = await Promise.all([functions.runner().invoke(hanging, {}), invoke("crash")]);

    expect(hang.error?.errorMessage).toBe("Task timed out after 2.00 seconds");
    expect(crash.error?.errorMessage).toBe("Runtime exited with exit status 3");
  });

  test("resolves the database's name and no other", async () => {
    const name = await deployed("resolve");

    expect((await functions.runner().invoke(name, "database.example")).result).toBe("127.0.0.1");
    expect((await functions.runner().invoke(name, "example.com")).error?.errorMessage).toContain(unknown);
  });
});

test("a function without a result answers null, as in Lambda", async () => {
  await functions.deploy("nothing", { files: { "index.js": node }, handler: "index.nothing" });

  expect(await functions.runner().invoke("nothing", {})).toMatchObject({ result: null });
});

test("a function is its role, in a session of its own name", async () => {
  await functions.deploy("identity", { files: { "index.js": node }, handler: "index.identity" });

  const { result } = await functions.runner().invoke("identity", {});

  expect(result).toContain("<Arn>arn:aws:sts::123456789012:assumed-role/functions/identity</Arn>");
});

test("a function reads a secret of its account with its role's credentials", async () => {
  await callJson(emulator.endpoint, unsignedHeaders("ap-northeast-2", "secretsmanager"), "CreateSecret", {
    Name: "orders",
    SecretString: "value",
    ClientRequestToken: "a".repeat(32),
  });
  await functions.deploy("secret", { files: { "index.js": node }, handler: "index.secret" });

  expect((await functions.runner().invoke("secret", "orders")).result).toBe("value");
});

test("a runtime that is not played here is refused by its name", async () => {
  await functions.deploy("ruby", { runtime: "ruby3.3", files: { "index.rb": "" }, handler: "index.handler" });

  await expect(functions.runner().invoke("ruby", {})).rejects.toThrow("has the runtime ruby3.3");
});

test("a function whose code is not found is refused", async () => {
  await functions.deploy("lost", { files: { "index.js": `${node}//` }, handler: "index.answer" });
  const assets = mkdtempSync(join(directory, "empty-"));

  const invocation = functions.runner({ assets }).invoke("lost", {});

  await expect(invocation).rejects.toThrow("has the SHA-256 of the deployed function");
});
