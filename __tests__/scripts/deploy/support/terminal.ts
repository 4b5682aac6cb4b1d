import { join } from "node:path";
import { commandLine } from "../../../support/command-line";

const ROOT = join(__dirname, "..", "..", "..", "..");
const COMMAND = join(__dirname, "command.ts");

/** The part of node-pty that is used here; its types are declared for another name than cdktf-cli has for it. */
export interface Pty {
  spawn(
    file: string,
    args: readonly string[],
    options: {
      readonly cwd?: string;
      readonly env?: NodeJS.ProcessEnv;
      readonly cols?: number;
      readonly rows?: number;
    },
  ): {
    onData(listener: (data: string) => void): void;
    onExit(listener: (exit: { readonly exitCode: number }) => void): void;
    write(keys: string): void;
  };
}

const { spawn } = require("@cdktf/node-pty-prebuilt-multiarch") as Pty;

/** A command at a terminal. */
export interface AtTerminal {
  /** All that was shown so far. */
  shown(): string;
  /** Waits until something is shown that matches. */
  until(pattern: RegExp): Promise<void>;
  type(keys: string): void;
  readonly exitCode: Promise<number>;
}

/** Runs diff, deploy or destroy on synthesized stacks, at a terminal of its own. */
export function atTerminal(
  output: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): AtTerminal {
  const env = { ...process.env, NO_COLOR: "1", ...variables };
  const args = commandLine(COMMAND, output, ...words);
  const terminal = spawn(process.execPath, args, { cwd: ROOT, env, cols: 200, rows: 50 });
  let text = "";
  let ended = false;
  let look = () => {};
  terminal.onData((data) => {
    text += data;
    look();
  });
  const exitCode = new Promise<number>((resolve) => {
    terminal.onExit((exit) => {
      ended = true;
      look();
      resolve(exit.exitCode);
    });
  });
  return {
    shown: () => text,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (pattern.test(text)) resolve();
          else if (ended) reject(new Error(`it ended without ${pattern}:\n${text}`));
        };
        look();
      }),
    type: (keys) => terminal.write(keys),
    exitCode,
  };
}
