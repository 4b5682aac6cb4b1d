import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";

/**
 * Starts the process that owns a database server: it says something once the server is ready, and ends it when its
 * standard input ends.
 *
 * @param script is given the options as JSON, in this variable.
 * @param failure what to say, before its log, if it does not start.
 * @returns what stops it, which may be called twice.
 */
export async function startOwned<Options extends { readonly logFile: string }>(
  script: string,
  variable: string,
  options: Options,
  failure: string,
): Promise<() => Promise<void>> {
  // Its own process group: Ctrl-C reaches the parent only, which may still need the database to clean up.
  const server = spawn(process.execPath, [script], {
    env: { ...process.env, [variable]: JSON.stringify(options) },
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  const exited = once(server, "exit");
  const outcome = await Promise.race([once(server.stdout, "data").then(() => "ready"), exited]);
  if (outcome !== "ready") {
    const log = await readFile(options.logFile, "utf8").catch(() => "");
    throw new Error(`${failure}. Its log (${options.logFile}) ends with:\n${log.slice(-2000)}`);
  }
  return async () => {
    if (server.exitCode === null && server.signalCode === null) server.stdin.end();
    await exited;
  };
}
