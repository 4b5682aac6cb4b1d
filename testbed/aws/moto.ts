import { createWriteStream } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pythonEnvironment } from "../../scripts/machine/python-environment";
import { endProcess, startProcess } from "../../scripts/support/processes";
import { withoutAwsSettings } from "./aws-settings";

/** What moto is installed from. */
export const MOTO_REQUIREMENTS = join(__dirname, "requirements.txt");

const START_TIMEOUT_MS = 60_000;

/** A moto server, in which there is nothing yet. */
export interface Moto {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts a moto server: a process of its own or, where the variable MOTO_NURSERY names one, a nursery's.
 *
 * @param log file that it appends to.
 * @param onInstall called once on a machine, before moto is installed, which takes a while.
 */
export async function startMoto(log: string, onInstall?: () => void): Promise<Moto> {
  const { MOTO_NURSERY: nursery } = process.env;
  return nursery === undefined ? await startAlone(log, onInstall) : await startIn(nursery, log);
}

/** Starts Python with a file of this folder. It ends when its standard input does. */
export function startMotoPython(python: string, words: readonly string[]) {
  // The user's credentials must not reach it by any way of configuring the AWS SDK for Python.
  const credentials = {
    ...withoutAwsSettings(),
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: "/dev/null",
  };
  const [file = "", ...args] = words;
  return startProcess(python, [join(__dirname, file), ...args], {
    env: { ...process.env, ...credentials, MOTO_IAM_LOAD_MANAGED_POLICIES: "true", PYTHONUNBUFFERED: "1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

async function startAlone(log: string, onInstall?: () => void): Promise<Moto> {
  const child = startMotoPython(await pythonEnvironment(MOTO_REQUIREMENTS, onInstall), ["moto_server.py"]);
  child.stderr?.pipe(createWriteStream(log, { flags: "a" }));
  const ended = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`exit code ${code}`)));
  });
  return await answering(child.stdout as Readable, ended, () => endProcess(child));
}

async function startIn(nursery: string, log: string): Promise<Moto> {
  const server = connect(nursery);
  server.write(`${log}\n`);
  const closed = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const ended = new Promise<never>((_, reject) => {
    server.once("error", reject);
    server.once("end", () => reject(new Error("it ended")));
  });
  const stop = async (): Promise<void> => {
    server.end();
    await closed;
  };
  return await answering(server, ended, stop);
}

/** A server says its port once it listens. */
async function answering(output: Readable, ended: Promise<never>, stop: Moto["stop"]): Promise<Moto> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), START_TIMEOUT_MS);
  });
  const port = new Promise<number>((resolve) => output.once("data", (said) => resolve(Number(said))));
  try {
    return { port: await Promise.race([port, ended, late]), stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
