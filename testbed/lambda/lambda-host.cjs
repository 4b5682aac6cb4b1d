// Runs invocations of a function's handler, one after the other, as the Lambda runtime in a VPC without internet would. Plain
// JavaScript, because it runs in a process of its own that has nothing but the function's environment.
"use strict";

const dns = require("node:dns");
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { createInterface } = require("node:readline");

const ANSWERS = 3;

/** The VPC's resolver: it knows the database hosts and nothing else. */
function resolveOnly(hosts) {
  const known = new Set([...hosts, "localhost"]);
  const find = (name) => {
    if (known.has(name)) return { address: "127.0.0.1", family: 4 };
    const error = new Error(`getaddrinfo ENOTFOUND ${name}`);
    throw Object.assign(error, { code: "ENOTFOUND", syscall: "getaddrinfo", hostname: name });
  };
  dns.lookup = (name, options, callback) => {
    const done = typeof options === "function" ? options : callback;
    const all = typeof options === "object" && options.all;
    process.nextTick(() => {
      try {
        const found = find(name);
        all ? done(null, [found]) : done(null, found.address, found.family);
      } catch (error) {
        done(error);
      }
    });
  };
  dns.promises.lookup = async (name, options) => (options?.all ? [find(name)] : find(name));
}

async function invoke({ directory, handler, hosts, event, context, timeoutMs }) {
  const started = performance.now();
  try {
    resolveOnly(hosts);
    const separator = handler.lastIndexOf(".");
    const loaded = require(join(directory, handler.slice(0, separator)));
    // From here on it is the function's own code that runs.
    writeFileSync(ANSWERS, '{"began":true}\n');
    const remaining = () => Math.max(0, timeoutMs - (performance.now() - started));
    const result = await loaded[handler.slice(separator + 1)](event, {
      ...context,
      getRemainingTimeInMillis: remaining,
    });
    return JSON.stringify({ result: result === undefined ? null : result });
  } catch (error) {
    const errorType = error?.name ?? "Error";
    return JSON.stringify({ error: { errorType, errorMessage: String(error?.message ?? error) } });
  }
}

const requests = createInterface({ input: process.stdin });
// The parent has gone.
requests.once("close", () => process.exit(1));
requests.on("line", async (line) => {
  writeFileSync(ANSWERS, `${await invoke(JSON.parse(line))}\n`);
});
