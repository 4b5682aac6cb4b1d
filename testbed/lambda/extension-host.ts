import { setTimeout as sleep } from "node:timers/promises";
import { endProcess, startProcess } from "../../scripts/support/processes";
import { claimSecretFiles } from "../aws/secret-files";
import { extensionPortIsFree } from "./extension-port";
import { startExtensionsApi } from "./extensions-api";
import type { Answer, FunctionCall } from "./function-process";

/** Lambda's limits for the init phase, and for the shutdown of a function with external extensions. */
const INIT_LIMIT_MS = 10_000;
const SHUTDOWN_LIMIT_MS = 2_000;
/** Until this process hears of the end of another, which a function met as a broken connection. */
const END_NOTICE_MS = 2_000;

export interface Extension {
  /** The layer that it comes from. */
  readonly name: string;
  readonly binary: string;
  /** Beside the function's. */
  readonly variables?: Readonly<Record<string, string>>;
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs `use`, one invocation of a function, beside an extension in the life cycle that Lambda gives both: the extension
 * is ready first, gets the invocation and then the shutdown as events, and its end fails the invocation. Its output
 * goes to the invocation's log. Only one runs at a time, because of its port.
 */
export async function withExtension(
  extension: Extension,
  call: FunctionCall,
  use: (crashed: Promise<Answer>) => Promise<Answer>,
): Promise<Answer> {
  const mine = turn.then(() => playLifeCycle(extension, call, use));
  turn = mine.catch(() => {});
  return await mine;
}

async function playLifeCycle(
  { name, binary, variables }: Extension,
  { configuration, environment, requestId, log }: FunctionCall,
  use: (crashed: Promise<Answer>) => Promise<Answer>,
): Promise<Answer> {
  await extensionPortIsFree();
  const files = claimSecretFiles(environment);
  const api = await startExtensionsApi(configuration.FunctionName, configuration.Handler);
  const child = startProcess(binary, [], {
    env: { ...environment, ...variables, AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const crashed = new Promise<Answer>((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`${binary} could not be started: ${error.message}`)));
    child.once("close", (code, signal) =>
      resolve(failure("Extension.Crash", `the extension ${name} ended: ${signal ?? `exit status ${code}`}`)),
    );
  });
  try {
    const stopped = await Promise.race([crashed, api.polled(), tooLong(name)]);
    if (stopped) return stopped;
    const deadlineMs = Date.now() + configuration.Timeout * 1000;
    api.send({
      eventType: "INVOKE",
      deadlineMs,
      requestId,
      invokedFunctionArn: configuration.FunctionArn,
    });
    const answer = await use(crashed);
    // The function may have failed because of it, and first.
    if (answer.error) await Promise.race([closed, sleep(END_NOTICE_MS, undefined, { ref: false })]);
    if (child.exitCode !== null || child.signalCode !== null) return await crashed;
    await Promise.race([api.polled(), closed, sleep(SHUTDOWN_LIMIT_MS, undefined, { ref: false })]);
    api.send({
      eventType: "SHUTDOWN",
      deadlineMs: Date.now() + SHUTDOWN_LIMIT_MS,
      shutdownReason: "spindown",
    });
    await Promise.race([closed, sleep(SHUTDOWN_LIMIT_MS, undefined, { ref: false })]);
    return answer;
  } finally {
    await endProcess(child, 1_000);
    await closed;
    await api.close();
    await files.remove();
  }
}

const failure = (errorType: string, errorMessage: string): Answer => ({ error: { errorType, errorMessage } });

async function tooLong(name: string): Promise<Answer> {
  await sleep(INIT_LIMIT_MS, undefined, { ref: false });
  return failure(
    "Sandbox.Timedout",
    `the extension ${name} was not ready after ${INIT_LIMIT_MS / 1000} seconds`,
  );
}
