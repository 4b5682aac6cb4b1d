import { createInterface } from "node:readline";

/** Asks the person at the terminal; only `answer` is a yes. The end of the input and an abort are a no. */
export async function approval(question: string, signal: AbortSignal, answer = "yes"): Promise<boolean> {
  // Not as a terminal: its Ctrl-C would be a key that readline sees, and no signal.
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  return await new Promise<boolean>((resolve) => {
    signal.addEventListener("abort", () => lines.close(), { once: true });
    lines.once("close", () => resolve(false));
    lines.question(`\n${question} Only "${answer}" is accepted: `, (given) => {
      resolve(given.trim() === answer);
      lines.close();
    });
  });
}
