import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandFailed, run } from "../../../scripts/support/processes";
import { commandLine } from "../../support/command-line";
import { writeStacks } from "./support/synthesized";
import { atTerminal } from "./support/terminal";

const ROOT = join(__dirname, "..", "..", "..");
const COMMAND = join(__dirname, "support", "command.ts");

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "command-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const two = () =>
  writeStacks(directory, { foundation: {}, native: { needs: ["foundation"], reads: ["foundation.value"] } });

/** A command without a terminal. */
async function piped(words: readonly string[], variables: Readonly<NodeJS.ProcessEnv> = {}, output = two()) {
  const env = { ...process.env, ...variables };
  const args = commandLine(COMMAND, output, ...words);
  return await run(process.execPath, args, { cwd: ROOT, env }).catch((error) => {
    if (error instanceof CommandFailed) return error;
    throw error;
  });
}

/** Whether any process still has the word in its command line. */
function stillRuns(word: string): boolean {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
      } catch {
        return false;
      }
    });
}

describe("without a terminal", () => {
  test("Ctrl-C while the stacks are synthesized ends with 130", async () => {
    const code = `
      const { runCommand } = require("./scripts/deploy/command");
      const { run } = require("./scripts/support/processes");
      const synthesize = () => {
        setImmediate(() => process.kill(process.pid, "SIGINT"));
        return run("sleep", ["7653"]);
      };
      runCommand(["diff"], synthesize).then((code) => process.exit(code));`;
    const ended = run(process.execPath, ["--require", "tsx/cjs", "-e", code], { cwd: ROOT });
    await expect(ended).rejects.toMatchObject({ code: 130, output: expect.stringContaining("Interrupted") });
  });

  test.each(["deploy", "destroy"])(
    "%s is refused before anything, since nobody could be asked",
    async (command) => {
      expect(await piped([command])).toMatchObject({
        code: 1,
        output:
          `npm run ${command} asks before it applies a plan, and there is no terminal to answer at; with ` +
          "--auto-approve it does not ask\n",
      });
    },
  );

  test("a backend that was taken out while its stack had resources is warned of", async () => {
    const output = writeStacks(directory, { "staging-foundation": {} });
    const resources = [{ mode: "managed", type: "vault_policy", instances: [{}] }];
    writeFileSync(
      join(dirname(output), "terraform.staging-vault.tfstate"),
      JSON.stringify({ version: 4, resources }),
    );
    expect(await piped(["diff"], {}, output)).toMatchObject({
      code: 0,
      output: expect.stringContaining("Warning: staging-vault is not in the environment any more"),
    });
  });

  test("deploy --auto-approve begins each line with its stack, and ends with what became of each", async () => {
    const { code, output } = await piped(["deploy", "--auto-approve"]);

    expect(output).toMatch(/^foundation \| terraform_data\.only: Creating\.\.\.$/m);
    expect(output).toMatch(/^native {5}\| Apply complete! Resources: 1 added/m);
    expect(output).toMatch(/\n\nfoundation {2}deployed\nnative {6}deployed\n$/);
    expect(code).toBe(0);
  });

  test("a diff in which a stack waits has not failed, and --detailed-exitcode says that there is something to deploy", async () => {
    const { code, output } = await piped(["diff"]);

    expect(output).toMatch(
      new RegExp(
        "\nfoundation {2}has changes; review: no known risk" +
          "\nnative {6}previewed only: it reads outputs of foundation that are not deployed yet\n$",
      ),
    );
    expect(code).toBe(0);
    expect((await piped(["diff", "--detailed-exitcode"])).code).toBe(2);
  });

  test("a stack that needs another is refused alone, unless its dependencies are left out of account", async () => {
    expect(await piped(["deploy", "native", "--auto-approve"])).toMatchObject({
      code: 1,
      output:
        "native needs foundation, which is not deployed as it is now\n" +
        "name these stacks, too, or leave them out of account with --ignore-dependencies\n",
    });
    const alone = await piped(["deploy", "native", "--auto-approve", "--ignore-dependencies"]);
    expect(alone.output).toMatch(
      /Unable to find remote state[\s\S]*\nnative {2}failed: terraform plan failed in /,
    );
    expect(alone.code).toBe(1);
  });

  test("whoever reads the output may go: what is being applied is applied to its end", async () => {
    const end = join(directory, "end");
    const onCreate = `for n in $(seq 20); do echo $n; sleep 0.1; done; touch ${end}`;
    const output = writeStacks(directory, { foundation: { onCreate } });
    // The review blocks a plan that runs a program, unless just this one was approved.
    const report = join(directory, "report");
    await piped(["diff", "--report", report], {}, output);
    const words = commandLine(COMMAND, output, "deploy", "--approved", report);
    await run("bash", ["-o", "pipefail", "-c", '"$0" "$@" | head -n 1', process.execPath, ...words], {
      cwd: ROOT,
    });

    expect(existsSync(end)).toBe(true);
    expect(readdirSync(directory).filter((name) => name.includes("lock"))).toEqual([]);
  });

  test("a mistyped stack is refused before Terraform does anything", async () => {
    expect(await piped(["diff", "nativ"])).toMatchObject({
      code: 1,
      output:
        "there is no stack nativ, did you mean native? Stacks of this environment: foundation, native\n",
    });
  });

  test("another output folder is refused, because it would not find local state", async () => {
    expect(await piped(["diff"], { CDKTF_OUTDIR: directory })).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^npm run diff finds local state beside cdktf.out only[^\n]*\n$/),
    });
  });

  test("of a state that cannot be read to its end, nothing is shown but what Terraform says", async () => {
    const broken = join(directory, "terraform");
    const state = `echo '{"outputs":{"password":"hunter2"'; echo 'cut off' >&2; exit 1`;
    writeFileSync(broken, `#!/bin/sh\n[ "$1" = state ] || exec terraform "$@"\n${state}\n`);
    chmodSync(broken, 0o755);

    const { output } = await piped(["destroy", "--auto-approve"], { TERRAFORM_BINARY_NAME: broken });
    expect(output).toMatch(/^native {5}\| cut off$/m);
    expect(output).toMatch(/\nnative {6}failed: terraform state failed in /);
    expect(output).not.toContain("hunter2");
  });

  test("a missing Terraform is told in one line, with what to install", async () => {
    expect(
      await piped(["diff"], { PATH: dirname(process.execPath), TERRAFORM_BINARY_NAME: "" }),
    ).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^terraform was not found\. Install Terraform 1\.11 or newer[^\n]*\n$/),
    });
  });

  test("a Terraform that is too old is told in one line, too", async () => {
    const old = join(directory, "terraform");
    writeFileSync(old, `#!/bin/sh\necho '{"terraform_version":"1.5.7"}'\n`);
    chmodSync(old, 0o755);

    expect(await piped(["diff"], { TERRAFORM_BINARY_NAME: old })).toMatchObject({
      code: 1,
      output: `${old} 1.5.7. Install Terraform 1.11 or newer, or name another binary in TERRAFORM_BINARY_NAME (tofu).\n`,
    });
  });
});

describe("at a terminal", () => {
  test("each plan is shown and asked about, and no other answer than yes applies it", async () => {
    const terminal = atTerminal(two(), ["deploy"]);
    await terminal.until(
      /Plan: 1 to add[\s\S]*Deploy foundation as planned above\? Only "yes" is accepted: /,
    );
    terminal.type("yes\r");
    await terminal.until(/Apply complete![\s\S]*Deploy native as planned above\?/);
    terminal.type("y\r");

    expect(await terminal.exitCode).toBe(1);
    expect(terminal.shown()).toMatch(
      /foundation {2}deployed\s+native {6}not changed: the plan was not approved/,
    );
    expect(existsSync(join(directory, "terraform.native.tfstate"))).toBe(false);
  });

  test("Ctrl-C at the question applies nothing and ends with 130", async () => {
    const terminal = atTerminal(two(), ["deploy"]);
    await terminal.until(/Only "yes" is accepted: /);
    terminal.type("\u0003");

    expect(await terminal.exitCode).toBe(130);
    expect(terminal.shown()).toMatch(/foundation {2}not changed[^\n]*\s+native {6}not begun: /);
    expect(existsSync(join(directory, "terraform.foundation.tfstate"))).toBe(false);
  });

  test("the end of the input is no yes", async () => {
    const terminal = atTerminal(two(), ["deploy"]);
    await terminal.until(/Only "yes" is accepted: /);
    terminal.type("\u0004");

    expect(await terminal.exitCode).toBe(1);
    expect(terminal.shown()).toMatch(/foundation {2}not changed: the plan was not approved/);
  });

  /** An apply that does not end by itself, in its middle. */
  async function applying(onCreate: string) {
    const output = writeStacks(directory, { foundation: { onCreate }, native: { needs: ["foundation"] } });
    const terminal = atTerminal(output, ["deploy"]);
    // It runs a program.
    await terminal.until(/although its review blocks it\? Only "foundation" is accepted: /);
    terminal.type("foundation\r");
    await terminal.until(/local-exec\): begun/);
    expect(existsSync(join(directory, ".terraform.foundation.tfstate.lock.info"))).toBe(true);
    return terminal;
  }

  test("Ctrl-C while Terraform applies reaches it once: it ends, keeps its state and releases its lock", async () => {
    // What it runs is interrupted with it, and could end before Terraform has said a word.
    const terminal = await applying("trap '' INT; echo begun; exec sleep 7654");
    terminal.type("\u0003");

    expect(await terminal.exitCode).toBe(130);
    expect(terminal.shown()).toMatch(/Gracefully shutting down/);
    expect(terminal.shown()).not.toMatch(/Two interrupts received/);
    expect(terminal.shown()).toMatch(
      /foundation {2}interrupted: what was done is in its state[^\n]*\s+native {6}not begun/,
    );
    expect(readdirSync(directory).filter((name) => name.includes("lock"))).toEqual([]);
    expect(stillRuns(directory)).toBe(false);
    expect(stillRuns("sleep\u00007654")).toBe(false);
  });

  /** Real Terraform ends too soon after the first signal to be sent a second one: this counts them in its place. */
  function countingTerraform(): string {
    const file = join(directory, "terraform");
    const apply = `trap 'n=$((n + 1)); echo "signal $n"; [ $n -lt 2 ] || exit 1' INT; echo '(local-exec): begun'`;
    writeFileSync(
      file,
      `#!/bin/sh\n[ "$1" = apply ] || exec terraform "$@"\n${apply}\nwhile :; do sleep 0.1; done\n`,
    );
    chmodSync(file, 0o755);
    return file;
  }

  test("one press is passed on as one signal, and so is the next press", async () => {
    const output = writeStacks(directory, { foundation: {} });
    const terminal = atTerminal(output, ["deploy", "--auto-approve"], {
      TERRAFORM_BINARY_NAME: countingTerraform(),
    });
    await terminal.until(/begun/);
    terminal.type("\u0003");
    await terminal.until(/signal 1/);
    // Longer than what counts as one press.
    await sleep(700);
    expect(terminal.shown()).not.toContain("signal 2");
    terminal.type("\u0003");
    await terminal.until(/signal 2/);

    expect(await terminal.exitCode).toBe(130);
  });
});
