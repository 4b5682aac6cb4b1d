// node provider.mjs <program> <file with types> <owner>: runs a provider, and says as it does where Terraform
// reattaches. What listens there passes everything on to the provider, and back; of the schema it keeps the types that
// are listed, and asks for it once. Terraform takes more processor time to read all schemas than for all else. It ends
// with the process that owns it, however that ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import http2 from "node:http2";
import net from "node:net";
import { createInterface } from "node:readline";
import { withTypes } from "./schemas.mjs";

const GET_SCHEMA = "/tfplugin5.Provider/GetSchema";
const OK = { ":status": 200, "content-type": "application/grpc" };
/** gRPC's prefix of a message: whether it is compressed, and its length. */
const PREFIX_BYTES = 5;

const LOOKS_MS = 2_000;

const [, , program, list, owner] = process.argv;
let whole;
/** With the list that it was made for. */
let answer;

// If this process is killed, it ends by itself.
const provider = spawn("timeout", ["3h", program, "-debug"], { stdio: ["ignore", "pipe", "inherit"] });
provider.once("exit", (code) => process.exit(code ?? 1));
process.once("exit", () => provider.kill());
process.once("SIGTERM", () => process.exit());
setInterval(() => {
  if (!existsSync(`/proc/${owner}`)) process.exit();
}, LOOKS_MS).unref();
for await (const line of createInterface(provider.stdout)) {
  const [string, target] = /"String":"([^"]+)"/.exec(line) ?? [];
  if (target) await listen(`${target}.few`, target);
  console.log(target ? line.replace(string, `"String":"${target}.few"`) : line);
}

async function listen(socket, target) {
  const server = http2.createServer();
  server.on("session", (session) => {
    const upstream = http2.connect("http://provider", { createConnection: () => net.connect(target) });
    session.on("error", () => {});
    upstream.on("error", () => session.destroy());
    session.on("close", () => upstream.destroy());
    session.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      if (headers[":path"] !== GET_SCHEMA) pass(stream, upstream.request(headers));
      else answerSchema(stream, () => upstream.request(headers));
    });
  });
  process.once("exit", () => {
    for (const path of [socket, target]) rmSync(path, { force: true });
  });
  await once(server.listen(socket), "listening");
}

function pass(stream, request) {
  let trailers = {};
  request.on("trailers", (received) => {
    trailers = received;
  });
  request.on("response", (headers) => {
    stream.respond(headers, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    request.pipe(stream);
  });
  request.on("error", () => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR));
  stream.on("aborted", () => request.close(http2.constants.NGHTTP2_CANCEL));
  stream.pipe(request);
}

async function answerSchema(stream, ask) {
  stream.resume();
  whole ??= await read(ask());
  const types = readFileSync(list, "utf8");
  if (answer?.types !== types) answer = { types, message: withOnly(types.split("\n")) };
  stream.respond(OK, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(answer.message);
}

async function read(request) {
  request.end(Buffer.alloc(PREFIX_BYTES));
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function withOnly(types) {
  const kept = withTypes(whole.subarray(PREFIX_BYTES), new Set(types));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(kept.length, 1);
  return Buffer.concat([prefix, kept]);
}
