import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { platform, providerAddress } from "../../../scripts/terraform/provider-mirrors";
import {
  type RunningProviders,
  shareProviders,
} from "../../../testbed/terraform/running-providers/running-providers";

const BEFORE = { ...process.env };
/** Says where it listens as a provider does, and what it was started with. Has two types, and counts who asks. */
const providerIn = (directory: string) => `#!${process.execPath}
const http2 = require("node:http2");
let asked = 0;
const field = (number, value) => Buffer.from([8 * number + 2, value.length, ...value]);
const entry = (type, schema) => Buffer.concat([field(1, Buffer.from(type)), field(2, Buffer.from(schema))]);
const answers = {
  "/tfplugin5.Provider/GetSchema": () => Buffer.concat([
    field(1, Buffer.from("schema " + ++asked)),
    ...["aws_kept", "aws_other"].flatMap((type) => [2, 3, 8].map((map) => field(map, entry(type, "of it")))),
    Buffer.from([8 * 9, 129, 1]),
  ]),
};
const server = http2.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
    const sent = Buffer.concat(chunks);
    const message = answers[request.url]?.() ?? sent.subarray(5);
    response.writeHead(200, { "content-type": "application/grpc" });
    response.addTrailers({ "grpc-status": request.url.endsWith("Fails") ? "13" : "0" });
    response.end(Buffer.concat([Buffer.from([0, 0, 0, message.length >> 8, message.length]), message]));
  });
});
const String = "${directory}/" + process.pid;
server.listen(String, () => {
  const aws = { Pid: process.pid, Addr: { String }, folder: process.cwd(), profile: process.env.AWS_PROFILE };
  console.log("TF_REATTACH_PROVIDERS='" + JSON.stringify({ aws }) + "'");
});
`;

let directory: string;
let running: RunningProviders | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "running-"));
  const folder = join(directory, providerAddress("aws"), "5.0.0", platform());
  mkdirSync(folder, { recursive: true });
  program(join(folder, "terraform-provider-aws_v5.0.0"), providerIn(directory));
  mkdirSync(join(directory, "stack"));
  writeFileSync(join(directory, "stack", "emulator-profile.ini"), "of the stack");
  process.env.TERRAFORM_BINARY_NAME = program(
    join(directory, "terraform.sh"),
    `#!/bin/sh\nsleep "$2"\necho "$1 $TF_REATTACH_PROVIDERS"\n`,
  );
  // This test is in a process that shares some already.
  delete process.env.RUNNING_PROVIDERS;
  running = shareProviders(directory, source());
  running?.know(["aws_kept"]);
});

afterEach(() => {
  running?.stop();
  process.env = { ...BEFORE };
  rmSync(directory, { recursive: true, force: true });
});

const source = () => ({ kind: "mirror", awsVersion: "5.0.0", directory }) as const;

function program(file: string, text: string): string {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

/** Runs a command that takes some seconds, and gives what it knows of its provider. */
async function command(seconds = 0, variables: Readonly<Record<string, string>> = {}) {
  const { PATH } = process.env;
  const options = { env: { PATH, ...running?.variables, ...variables }, cwd: join(directory, "stack") };
  const wrapper = String(running?.variables.TERRAFORM_BINARY_NAME);
  const { stdout } = await promisify(execFile)(wrapper, ["plan", String(seconds)], options);
  const { aws } = JSON.parse(stdout.slice("plan ".length));
  return { pid: aws.Pid, folder: aws.folder, profile: aws.profile, socket: aws.Addr.String };
}

/** A call of the provider, as Terraform's. */
async function call(
  socket: string,
  method: string,
  message = "",
): Promise<{ text: string; status: unknown }> {
  const session = connectHttp2("http://provider", { createConnection: () => connect(socket) });
  const request = session.request({ ":method": "POST", ":path": `/tfplugin5.Provider/${method}` });
  const trailers = once(request, "trailers");
  request.end(Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), Buffer.from(message)]));
  const answer = await buffer(request);
  session.close();
  expect(answer.readUInt32BE(1)).toBe(answer.length - 5);
  return { text: answer.toString("latin1", 5), status: (await trailers)[0]["grpc-status"] };
}

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("one command after the other has the same provider, which is ended with the others", async () => {
  const first = await command();
  expect((await command()).pid).toBe(first.pid);
  expect(lives(first.pid)).toBe(true);

  running?.stop();
  while (lives(first.pid)) await sleep(20);
});

test("what providers are reached by goes with them, and then no command starts another", async () => {
  const { socket } = await command();
  const provider = socket.replace(/\.few$/, "");
  expect([socket, provider].map(existsSync)).toEqual([true, true]);
  running?.stop();
  while (existsSync(socket) || existsSync(provider)) await sleep(20);
  await expect(command()).rejects.toThrow("no provider is started any more");
});

test("a provider ends when the process that shares it was killed", async () => {
  const owner = spawn("sleep", ["100"]);
  const { pid } = await command(0, { RUNNING_PROVIDERS_OWNER: String(owner.pid) });
  expect(lives(pid)).toBe(true);
  owner.kill("SIGKILL");
  while (lives(pid)) await sleep(50);
});

test("what kills a command that started a provider leaves that to the next one", async () => {
  const { TERRAFORM_BINARY_NAME = "", RUNNING_PROVIDERS = "", ...others } = running?.variables ?? {};
  const env = { PATH: process.env.PATH, RUNNING_PROVIDERS, ...others };
  const options = { detached: true, env, cwd: join(directory, "stack") };
  const child = spawn(TERRAFORM_BINARY_NAME, ["plan", "100"], options);
  const said = () => {
    const files = readdirSync(RUNNING_PROVIDERS, { recursive: true, encoding: "utf8" });
    const file = files.find((name) => name.endsWith("said"));
    return file ? readFileSync(join(RUNNING_PROVIDERS, file), "utf8") : "";
  };
  while (!/TF_REATTACH_PROVIDERS='.*'/.test(said())) await sleep(20);
  process.kill(-Number(child.pid), "SIGKILL");
  await once(child, "exit");
  const { pid } = await command();
  expect(said()).toContain(`"Pid":${pid},`);
});

test("no command has the provider of one that has not ended", async () => {
  const [one, other] = await Promise.all([command(1), command(1)]);
  expect(other?.pid).not.toBe(one?.pid);
});

test.each([
  ["what shares providers already", () => directory],
  ["whoever wants none", () => "none"],
])("%s shares no others", (_, value) => {
  process.env.RUNNING_PROVIDERS = value();
  expect(shareProviders(directory, source())).toBeUndefined();
});

test("a command with other variables of AWS has another provider, which has those", async () => {
  const one = await command();
  const other = await command(0, { AWS_PROFILE: "other" });
  expect([one.profile, other.profile]).toEqual([undefined, "other"]);
  expect((await command()).pid).toBe(one.pid);
});

test("a provider finds the files of the stack that it is used for", async () => {
  const { folder } = await command();
  expect(readFileSync(join(folder, "emulator-profile.ini"), "utf8")).toBe("of the stack");
});

test("a provider that does not start fails the command, with what it said", async () => {
  const file = String(running?.variables.RUNNING_PROVIDERS_AWS);
  program(file, "#!/bin/sh\necho no way >&2\nexit 1\n");
  await expect(command()).rejects.toThrow("no way");
});

test("the schema has the types that are named, and all else", async () => {
  const { text, status } = await call((await command()).socket, "GetSchema");
  expect(text.match(/schema 1|aws_\w+/g)).toEqual(["schema 1", "aws_kept", "aws_kept", "aws_kept"]);
  expect(text.endsWith(String.fromCharCode(72, 129, 1))).toBe(true);
  expect(status).toBe("0");
});

test("the provider is asked for its schema once", async () => {
  const { socket } = await command();
  const asked = [await call(socket, "GetSchema"), await call((await command()).socket, "GetSchema")];
  expect(asked.map(({ text }) => text.slice(2, 10))).toEqual(["schema 1", "schema 1"]);
});

test("a provider that runs has the types that became known since", async () => {
  const { socket } = await command();
  await call(socket, "GetSchema");
  running?.know(["aws_other"]);
  const { text } = await call(socket, "GetSchema");
  expect(text.match(/schema 1|aws_\w+/g)).toEqual([
    "schema 1",
    ...["aws_kept", "aws_other"].flatMap((type) => [type, type, type]),
  ]);
});

test("other calls, and what the provider says of them, are passed on", async () => {
  const { socket } = await command();
  expect(await call(socket, "PlanResourceChange", "a plan")).toEqual({ text: "a plan", status: "0" });
  expect(await call(socket, "ReadFails", "a read")).toEqual({ text: "a read", status: "13" });
});
