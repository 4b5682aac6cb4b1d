// The process that owns one MySQL or MariaDB. Its options come as JSON in MYSQL_SERVER: a process list shows arguments.
// Standard input is the life line, as for PostgreSQL: the server never outlives the test.

import { execFile, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createConnection } from "node:net";
import { promisify } from "node:util";

const { initialise, serve, port, logFile } = JSON.parse(process.env.MYSQL_SERVER);
delete process.env.MYSQL_SERVER;

const log = (message) => appendFileSync(logFile, String(message));

let server;
process.stdin.once("end", () => end(0)).resume();

function end(code) {
  if (server === undefined || server.exitCode !== null) process.exit(code);
  server.once("exit", () => process.exit(code));
  // Nothing of it is kept, so it need not put its data in order.
  server.kill("SIGKILL");
}

function listens() {
  return new Promise((resolve) => {
    const probe = createConnection({ host: "127.0.0.1", port });
    probe.once("connect", () => resolve(true)).once("error", () => resolve(false));
    probe.once("connect", () => probe.destroy());
  });
}

try {
  await promisify(execFile)(...initialise);
  server = spawn(...serve, { stdio: ["ignore", "ignore", "pipe"] });
  server.stderr.on("data", log);
  while (!(await listens())) {
    if (server.exitCode !== null) throw new Error(`${serve[0]} ended with ${server.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.stdout.write("ready\n");
} catch (error) {
  log(`${error}\n`);
  end(1);
}
