import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { constants } from "node:os";
import { StringDecoder } from "node:string_decoder";

/** Every process group started here and not ended yet: what has to be gone when this process goes. */
const running = new Set<number>();
/** Those of them that others need to end their work. */
const lasting = new Set<number>();

process.on("exit", () => {
  for (const pid of running) signalGroup(pid, "SIGKILL");
});

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

export interface StartOptions extends SpawnOptions {
  /** Whether `interruptProcesses` leaves it alone: others need it to end their work. @default false */
  readonly outlastsInterruption?: boolean;
}

/** Starts a process as the leader of its own group, so that it can be ended with all its children. */
export function startProcess(command: string, args: readonly string[], options: StartOptions): ChildProcess {
  const { outlastsInterruption, ...spawned } = options;
  const child = spawn(command, args, { ...spawned, detached: true });
  const { pid } = child;
  if (pid !== undefined) {
    running.add(pid);
    if (outlastsInterruption) lasting.add(pid);
    child.once("exit", () => {
      running.delete(pid);
      lasting.delete(pid);
    });
  }
  return child;
}

/** Asks the process's group to end, and after `graceMs` no longer asks. */
export async function endProcess(child: ChildProcess, graceMs = 5_000): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  signalGroup(pid, "SIGTERM");
  const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
  await ended;
  clearTimeout(timer);
}

/** Whether there is a process with this id, whoever started it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Ends everything that was started here. */
export function endAllProcesses(): void {
  for (const pid of running) signalGroup(pid, "SIGTERM");
}

/** Passes Ctrl-C on to what was started here; gives to how many. */
export function interruptProcesses(): number {
  const interrupted = [...running].filter((pid) => !lasting.has(pid));
  for (const pid of interrupted) signalGroup(pid, "SIGINT");
  return interrupted.length;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Standard output and error are also appended to this file. */
  readonly log?: string;
  readonly onLine?: (line: string) => void;
  /** Whether standard output and error are this process's own, and not collected. @default false */
  readonly inherit?: boolean;
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  /** Standard output and error in the order they came. */
  readonly output: string;
}

export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  constructor(
    readonly command: string,
    readonly code: number,
    readonly output: string,
    readonly log?: string,
    /** The part of the output that is no result. */
    readonly stderr: string = "",
  ) {
    super(`${command} ended with exit code ${code}`);
  }
}

/** Runs a command to its end and gives its output; a command that cannot be started or fails is an error. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const { cwd, env, log, onLine, inherit } = options;
  const channel = inherit ? "inherit" : "pipe";
  const child = startProcess(command, args, { cwd, env, stdio: ["ignore", channel, channel] });
  const file = log === undefined ? undefined : createWriteStream(log, { flags: "a" });
  let stdout = "";
  let stderr = "";
  let output = "";
  let partial = "";
  const take = (text: string): void => {
    output += text;
    file?.write(text);
    if (onLine === undefined) return;
    const lines = (partial + text).split(/\r?\n/);
    partial = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder("utf8");
    stream?.on("data", (chunk: Buffer) => {
      const text = decoder.write(chunk);
      if (stream === child.stdout) stdout += text;
      else stderr += text;
      take(text);
    });
  }
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) =>
      resolve(exitCode ?? 128 + (signal ? constants.signals[signal] : 0)),
    );
  }).finally(() => new Promise<void>((resolve) => (file ? file.end(resolve) : resolve())));
  if (code !== 0)
    throw new CommandFailed([command, ...args.slice(0, 1)].join(" "), code, output, log, stderr);
  return { code, stdout, output };
}
