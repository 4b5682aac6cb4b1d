import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { platform, providerAddress } from "../../../scripts/terraform/provider-mirrors";
import {
  type RunningProviders,
  shareProviders,
} from "../../../testbed/terraform/running-providers/running-providers";

const BEFORE = { ...process.env };
/** Says where it listens as a provider does, and runs until it is ended. */
const PROVIDER = `#!/bin/sh
echo "TF_REATTACH_PROVIDERS='$$ in $PWD with $AWS_PROFILE'"
exec sleep 60
`;

let directory: string;
let running: RunningProviders | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "running-"));
  const folder = join(directory, providerAddress("aws"), "5.0.0", platform());
  mkdirSync(folder, { recursive: true });
  program(join(folder, "terraform-provider-aws_v5.0.0"), PROVIDER);
  mkdirSync(join(directory, "stack"));
  writeFileSync(join(directory, "stack", "emulator-profile.ini"), "of the stack");
  process.env.TERRAFORM_BINARY_NAME = program(
    join(directory, "terraform.sh"),
    `#!/bin/sh\nsleep "$2"\necho "$1 $TF_REATTACH_PROVIDERS"\n`,
  );
  running = shareProviders(directory, { kind: "mirror", awsVersion: "5.0.0", directory });
});

afterEach(() => {
  running?.stop();
  process.env = { ...BEFORE };
  rmSync(directory, { recursive: true, force: true });
});

function program(file: string, text: string): string {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

/** Runs a command that takes some seconds, and gives what it knows of its provider. */
async function command(seconds = 0, variables: Readonly<Record<string, string>> = {}) {
  const { PATH } = process.env;
  const options = { env: { PATH, ...running?.variables, ...variables }, cwd: join(directory, "stack") };
  const wrapper = String(running?.variables.TERRAFORM_BINARY_NAME);
  const { stdout } = await promisify(execFile)(wrapper, ["plan", String(seconds)], options);
  const [, pid, folder = "", profile] = /^plan (\d+) in (\S+) with (.*)$/m.exec(stdout) ?? [];
  return { pid: Number(pid), folder, profile };
}

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("one command after the other has the same provider, which is ended with the others", async () => {
  const first = await command();
  expect((await command()).pid).toBe(first.pid);
  expect(lives(first.pid)).toBe(true);

  running?.stop();
  while (lives(first.pid)) await sleep(20);
});

test("no command has the provider of one that has not ended", async () => {
  const [one, other] = await Promise.all([command(1), command(1)]);
  expect(other?.pid).not.toBe(one?.pid);
});

test("a command with other variables of AWS has another provider, which has those", async () => {
  const one = await command();
  const other = await command(0, { AWS_PROFILE: "other" });
  expect([one.profile, other.profile]).toEqual(["", "other"]);
  expect((await command()).pid).toBe(one.pid);
});

test("a provider finds the files of the stack that it is used for", async () => {
  const { folder } = await command();
  expect(readFileSync(join(folder, "emulator-profile.ini"), "utf8")).toBe("of the stack");
});

test("a provider that does not start fails the command, with what it said", async () => {
  const file = String(running?.variables.RUNNING_PROVIDERS_AWS);
  program(file, "#!/bin/sh\necho no way >&2\nexit 1\n");
  await expect(command()).rejects.toThrow("no way");
});
