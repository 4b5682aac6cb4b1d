import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type AwsEmulator, startAwsEmulator } from "../../../testbed/aws/aws-emulator";
import { EXTENSION_PORT, extensionPortIsFree } from "../../../testbed/lambda/extension-port";
import type { Invocation } from "../../../testbed/lambda/lambda-runner";
import { parseLayerArn, seedLayers } from "../../../testbed/lambda/layers";
import { DeployedFunctions } from "./deployed-functions";

const REGION = "ap-northeast-2";
const LAYER = "vault-lambda-extension-arm64";
const layerArn = (version: number, name = LAYER) =>
  `arn:aws:lambda:${REGION}:634166935893:layer:${name}:${version}`;

let directory: string;
let emulator: AwsEmulator;
let functions: DeployedFunctions;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "extensions-"));
  emulator = await startAwsEmulator({ directory });
  functions = await DeployedFunctions.on(emulator.endpoint, directory);
  await seedLayers(emulator.endpoint, REGION, [layerArn(13)]);
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(directory, { recursive: true });
});

/** A program that lives as Vault's extension does: listens on its port, then registers and takes events. */
const EXTENSION = `
const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs");
const { dirname } = require("node:path");
const { createServer } = require("node:http");
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2020-01-01/extension";
(async () => {
  if (process.env.CRASH === "init") { console.log("no Vault"); process.exit(7); }
  const file = process.env.VAULT_SECRET_FILE;
  if (file) { mkdirSync(dirname(file), { recursive: true }); writeFileSync(file, "from the extension"); }
  const server = createServer((_, response) => {
    if (process.env.CRASH === "invoke") process.exit(8);
    response.end(process.env.AWS_ACCESS_KEY_ID);
  });
  await new Promise((resolve) => server.listen(${EXTENSION_PORT}, "127.0.0.1", resolve));
  const registered = await fetch(api + "/register", {
    method: "POST",
    headers: { "Lambda-Extension-Name": "vault-lambda-extension" },
    body: JSON.stringify({ events: ["INVOKE", "SHUTDOWN"] }),
  });
  const headers = { "Lambda-Extension-Identifier": registered.headers.get("Lambda-Extension-Identifier") };
  for (;;) {
    const event = await (await fetch(api + "/event/next", { headers })).json();
    console.log("extension got " + event.eventType);
    if (event.eventType === "SHUTDOWN") process.exit(0);
  }
})();`;

function extension(): string {
  const path = join(directory, "extension");
  writeFileSync(path, `#!${process.execPath}\n${EXTENSION}`, { mode: 0o755 });
  return path;
}

const files = {
  "index.js": `
  exports.ask = async () => {
    console.log("function runs");
    const said = await (await fetch("http://127.0.0.1:${EXTENSION_PORT}/v1/anything")).text();
    return said === process.env.AWS_ACCESS_KEY_ID;
  };
  exports.read = async () => require("node:fs").readFileSync(process.env.VAULT_SECRET_FILE, "utf8");`,
};

async function deployed(handler: string, variables: Record<string, string> = {}): Promise<string> {
  const name = `${handler}-${randomUUID()}`;
  await functions.deploy(name, { files, handler: `index.${handler}`, variables, layers: [layerArn(13)] });
  return name;
}

async function invoke(handler: string, variables: Record<string, string> = {}): Promise<Invocation> {
  const name = await deployed(handler, variables);
  return await functions.runner({ extensions: { [LAYER]: extension() } }).invoke(name, {});
}

describe("seeded layers", () => {
  test("let a function with the publisher's layer deploy, and only that version and older ones", async () => {
    const other = "vault-lambda-extension";
    await seedLayers(emulator.endpoint, REGION, [layerArn(2, other), layerArn(3, other)]);
    const settings = { files, handler: "index.ask" };

    await functions.deploy("with-3", { ...settings, layers: [layerArn(3, other)] });
    await expect(functions.deploy("with-4", { ...settings, layers: [layerArn(4, other)] })).rejects.toThrow(
      "LayerVersion does not exist",
    );
  });

  test("are seeded once", async () => {
    const name = "seeded-once";
    for (let time = 0; time < 2; time += 1) await seedLayers(emulator.endpoint, REGION, [layerArn(2, name)]);

    await expect(
      functions.deploy("with-5", { files, handler: "index.ask", layers: [layerArn(3, name)] }),
    ).rejects.toThrow("LayerVersion does not exist");
  });

  test.each([
    "arn:aws:lambda:ap-northeast-2:634166935893:layer:vault-lambda-extension",
    "vault-lambda-extension:13",
  ])("are not named by %s", (arn) => {
    expect(() => parseLayerArn(arn)).toThrow(arn);
  });
});

describe("an extension", () => {
  test("is ready before its function, has the same role, and gets the invocation and the shutdown", async () => {
    const { result, log } = await invoke("ask");

    expect(result).toBe(true);
    expect(readFileSync(log, "utf8").match(/extension got \w+|function runs/g)).toEqual([
      "extension got INVOKE",
      "function runs",
      "extension got SHUTDOWN",
    ]);
  });

  test.each([
    ["init", "exit status 7"],
    ["invoke", "exit status 8"],
  ])("that ends during %s fails the invocation", async (CRASH, status) => {
    const { error, log } = await invoke("ask", { CRASH });

    expect(error).toEqual({
      errorType: "Extension.Crash",
      errorMessage: `the extension ${LAYER} ended: ${status}`,
    });
    if (CRASH === "init") expect(readFileSync(log, "utf8")).toBe("no Vault\n");
  });

  test("has its port to itself when functions are invoked at the same time", async () => {
    const name = await deployed("ask");
    const runner = functions.runner({ extensions: { [LAYER]: extension() } });

    const answers = await Promise.all([1, 2, 3].map(() => runner.invoke(name, {})));

    expect(answers.map(({ result }) => result)).toEqual([true, true, true]);
  });

  test("whose port is taken is told by the port", async () => {
    // Whoever has it, another test or this one: it is taken.
    const server = createServer();
    server.listen(EXTENSION_PORT, "127.0.0.1");
    await Promise.race([once(server, "listening"), once(server, "error")]);
    try {
      await expect(extensionPortIsFree(0)).rejects.toThrow("127.0.0.1:8200 is in use");
    } finally {
      server.close();
    }
  });

  test("without a binary stops the invocation with the variable that names one", async () => {
    const name = await deployed("ask");

    await expect(functions.runner().invoke(name, {})).rejects.toThrow("VAULT_LAMBDA_EXTENSION_BINARY");
  });

  test("whose binary cannot be started is told by its path", async () => {
    const name = await deployed("ask");
    const runner = functions.runner({ extensions: { [LAYER]: "/nowhere/extension" } });

    await expect(runner.invoke(name, {})).rejects.toThrow("/nowhere/extension could not be started");
  });
});

describe("the file of an extension", () => {
  const secretFile = (): string => `/tmp/lambda-secrets-${randomUUID()}/secret.json`;

  test("is there for the function and gone afterwards, with its folder", async () => {
    const file = secretFile();

    const { result } = await invoke("read", { VAULT_SECRET_FILE: file });

    expect(result).toBe("from the extension");
    expect(existsSync(dirname(file))).toBe(false);
  });

  test("that exists already is left alone and refused", async () => {
    const file = secretFile();
    mkdirSync(dirname(file));
    writeFileSync(file, "somebody's");
    try {
      await expect(invoke("read", { VAULT_SECRET_FILE: file })).rejects.toThrow(`${file} exists`);
      expect(readFileSync(file, "utf8")).toBe("somebody's");
    } finally {
      rmSync(dirname(file), { recursive: true });
    }
  });

  test("may be in /tmp only, where a Lambda function can write", async () => {
    const file = join("/var", "lambda-secrets", "secret.json");

    await expect(invoke("read", { VAULT_SECRET_FILE_APP: file })).rejects.toThrow(`names ${file}`);
  });
});
