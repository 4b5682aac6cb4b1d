import { projectRoot } from "../../support/shipped";
import type { Pty } from "../deploy/support/terminal";

const { spawn } = require("@cdktf/node-pty-prebuilt-multiarch") as Pty;

/** Asks for a password and then for an approval at a terminal, as the command does, and types what is given. */
async function ask(...keys: string[]): Promise<{ shown: string; exitCode: number }> {
  const code = `
    const { readPassword } = require("./scripts/secret/password");
    const { approval } = require("./scripts/deploy/approval");
    readPassword()
      .then(async (password) => {
        const approved = await approval("Write this?", new AbortController().signal);
        console.log(["length", password.length, "approved", approved].join(" "));
      })
      .catch((error) => { console.error(error.message); process.exit(1); });`;
  const terminal = spawn(process.execPath, ["--require", "tsx/cjs", "-e", code], {
    cwd: projectRoot,
    env: process.env,
    cols: 200,
    rows: 50,
  });
  let shown = "";
  terminal.onData((data) => {
    shown += data;
    if (/(user: |accepted: )$/.test(shown)) terminal.write(keys.shift() ?? "");
  });
  const exitCode = await new Promise<number>((resolve) => {
    terminal.onExit((exit) => resolve(exit.exitCode));
  });
  return { shown, exitCode };
}

test("a password that is typed is not shown, and the question after it is asked", async () => {
  const { shown } = await ask("hunter2-hunter2\r", "yes\r");
  expect(shown).toContain("length 15 approved true");
  expect(shown).not.toContain("hunter2");
});

test.each([
  ["Ctrl-C", "\u0003"],
  ["Ctrl-D", "\u0004"],
  ["nothing", "\r"],
])("%s instead of a password ends the command", async (_, key) => {
  const { shown, exitCode } = await ask(key);
  expect(exitCode).toBe(1);
  expect(shown).not.toContain("Write this?");
});
