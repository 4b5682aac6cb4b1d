import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

/** Asks for the password at the terminal, which does not show it, or takes what standard input has. */
export async function readPassword(): Promise<string> {
  const password = process.stdin.isTTY ? await ask() : (await text(process.stdin)).replace(/\r?\n$/, "");
  if (password === "")
    throw new Error("the password must not be empty; type it, or pipe it into this command");
  return password;
}

async function ask(): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: hidden, terminal: true });
  const ended = new AbortController();
  // Ctrl-C and Ctrl-D are keys here.
  lines.once("close", () => ended.abort());
  // Now that the terminal shows no key any more.
  process.stdout.write("Present password of the user: ");
  try {
    return await lines.question("", ended);
  } finally {
    lines.close();
    process.stdout.write("\n");
  }
}
