import { CommandFailed } from "./processes";

/** Prints lines; gives the exit code of a command that did what it was asked. */
export function say(...lines: readonly string[]): number {
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}

/** Prints why a command failed; gives its exit code. */
export function failed(error: unknown): number {
  process.stderr.write(`${(error as Error).message}\n`);
  return 1;
}

/** The same, but for a command that it ran: what that has to say, it has said itself. */
export function failedItself(error: unknown): number {
  return error instanceof CommandFailed ? 1 : failed(error);
}
