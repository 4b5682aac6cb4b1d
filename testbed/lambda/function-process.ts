import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { PYTHON_HINT } from "../../scripts/machine/python-environment";
import { endProcess, run, startProcess } from "../../scripts/support/processes";
import type { FunctionConfiguration } from "./function-code";

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** What a function answers: its result, or its error. */
export interface Answer {
  readonly result?: unknown;
  readonly error?: FunctionError;
}

export interface FunctionCall {
  readonly configuration: FunctionConfiguration;
  /** The folder of the unpacked code. */
  readonly directory: string;
  /** The whole environment of the function. */
  readonly environment: Readonly<Record<string, string>>;
  /** The names that the VPC's DNS resolves, all to this machine. */
  readonly hosts: readonly string[];
  readonly event: unknown;
  readonly requestId: string;
  /** Where the function's output goes. */
  readonly log: Writable;
  /** Runs functions in JavaScript. @default - the Node of this process */
  readonly node?: string;
  /** Has the process killed so long after the handler began, in JavaScript. @default - never */
  readonly killAfterMs?: number;
}

/** Runs one invocation in a process of its own. `crashed` is another end of it. */
export async function callFunction(call: FunctionCall, crashed: Promise<Answer>): Promise<Answer> {
  const started = await FunctionProcess.start(call);
  try {
    return await Promise.race([started.invoke(call.event, call.killAfterMs), crashed]);
  } finally {
    await started.end();
  }
}

/**
 * The process of a function, for one invocation after the other where its host script takes more than one. That gets
 * each as a line of JSON on standard input, whose end it takes for its own, and answers with a line on file descriptor
 * 3; that of Node says there before that the handler begins.
 */
export class FunctionProcess {
  static async start(call: Omit<FunctionCall, "event">): Promise<FunctionProcess> {
    const { configuration, directory, environment, node, log } = call;
    const [command, ...args] = await hostCommand(configuration, node);
    const child = startProcess(command, args, {
      cwd: directory,
      env: environment,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    // One that ends before it reads is told by its exit.
    child.stdin?.once("error", () => {});
    return new FunctionProcess(call, child);
  }

  /** With the exit code. */
  readonly #closed: Promise<number | null>;
  readonly #answers: Interface;

  private constructor(
    private readonly call: Omit<FunctionCall, "event">,
    private readonly child: ChildProcess,
  ) {
    this.#closed = new Promise((resolve) => child.once("close", resolve));
    this.#answers = createInterface({ input: child.stdio[3] as Readable });
  }

  async invoke(event: unknown, killAfterMs?: number): Promise<Answer> {
    const { configuration, directory, hosts, requestId } = this.call;
    const { FunctionName, FunctionArn, Handler, MemorySize, Timeout } = configuration;
    const timers: NodeJS.Timeout[] = [];
    let forget = () => {};
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const fail = (errorType: string, errorMessage: string) =>
          resolve({ error: { errorType, errorMessage } });
        const timeoutMs = Timeout * 1000;
        timers.push(
          setTimeout(
            () => fail("Sandbox.Timedout", `Task timed out after ${Timeout.toFixed(2)} seconds`),
            timeoutMs,
          ),
        );
        this.child.on("error", reject);
        void this.#closed.then((code) =>
          fail("Runtime.ExitError", `Runtime exited with exit status ${code}`),
        );
        const hear = (line: string) => {
          const said = JSON.parse(line);
          if (!said.began) resolve(said);
          else if (killAfterMs !== undefined)
            timers.push(setTimeout(() => this.child.kill("SIGKILL"), killAfterMs));
        };
        this.#answers.on("line", hear);
        forget = () => {
          this.#answers.off("line", hear);
          this.child.off("error", reject);
        };
        const context = {
          awsRequestId: requestId,
          functionName: FunctionName,
          invokedFunctionArn: FunctionArn,
          memoryLimitInMB: String(MemorySize),
        };
        const request = { directory, handler: Handler, hosts, event, context, timeoutMs };
        this.child.stdin?.write(`${JSON.stringify(request)}\n`);
      });
    } finally {
      timers.forEach(clearTimeout);
      forget();
    }
  }

  async end(): Promise<void> {
    await endProcess(this.child, 1_000);
    await this.#closed;
  }
}

async function hostCommand(
  configuration: FunctionConfiguration,
  node = process.execPath,
): Promise<[string, ...string[]]> {
  const { FunctionName, Runtime, MemorySize } = configuration;
  if (Runtime.startsWith("nodejs"))
    return [node, `--max-old-space-size=${MemorySize}`, join(__dirname, "lambda-host.cjs")];
  // Isolated: nothing of this user's Python but its standard library and what is installed for everybody.
  if (Runtime.startsWith("python3."))
    return [await python(Runtime), "-I", "-B", "-u", join(__dirname, "lambda-host.py")];
  throw new Error(
    `the function ${FunctionName} has the runtime ${Runtime}; only those of Node.js and Python 3 run on the emulator`,
  );
}

/**
 * The interpreter itself: what is on PATH may be a script that needs more of an environment than a function has. The
 * runtime's own Python, if it is there.
 */
async function python(runtime: string): Promise<string> {
  const executableOf = (command: string) => run(command, ["-c", "import sys; print(sys.executable)"]);
  const { stdout } = await executableOf(runtime)
    .catch(() => executableOf("python3"))
    .catch(() => {
      throw new Error(`neither ${runtime} nor python3 was found: ${PYTHON_HINT}`);
    });
  return stdout.trim();
}
