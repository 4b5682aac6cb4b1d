import { spawnSync } from "node:child_process";
import {
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeOnce } from "../../../scripts/machine/made-once";

let directory: string;
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "made-once-")), "cache", "made");
});

const made: string[] = [];
const make = async (unfinished: string) => {
  made.push(unfinished);
  await sleep(300);
  writeFileSync(join(unfinished, "content"), "");
};
beforeEach(() => made.splice(0));

let said: jest.SpiedFunction<typeof process.stderr.write>;
beforeEach(() => {
  said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => said.mockRestore());

/** Writes a lock of somebody else, taken so many minutes ago. */
function locked(owner: string, minutes = 0): string {
  const [lock, time] = [`${directory}.lock`, Date.now() / 1000 - minutes * 60];
  mkdirSync(dirname(lock), { recursive: true });
  symlinkSync(owner, lock);
  lutimesSync(lock, time, time);
  return lock;
}

test("what several need at the same time is made once", async () => {
  await Promise.all([makeOnce(directory, make), makeOnce(directory, make), makeOnce(directory, make)]);
  await makeOnce(directory, make);

  expect(made).toHaveLength(1);
  expect(readdirSync(directory)).toEqual(["content"]);
  expect(readdirSync(join(directory, ".."))).toEqual(["made"]);
});

test("who waits tries again where the first one failed", async () => {
  const fail = async () => {
    await sleep(300);
    throw new Error("no network");
  };
  const first = makeOnce(directory, fail);
  const second = makeOnce(directory, make);

  await expect(first).rejects.toThrow("no network");
  await second;
  expect(readdirSync(join(directory, ".."))).toEqual(["made"]);
});

test("what one process makes for several is nothing to wait for aloud", async () => {
  await Promise.all([makeOnce(directory, make, { limitMs: 0 }), makeOnce(directory, make, { limitMs: 0 })]);

  expect(said).not.toHaveBeenCalled();
});

test("a lock says on which host which process has it", async () => {
  let owner = "";
  await makeOnce(directory, async () => {
    owner = readlinkSync(`${directory}.lock`);
  });

  expect(owner).toBe(`${hostname()}:${process.pid}`);
});

test("a process that was killed while it made something stops nobody", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  locked(`${hostname()}:${pid}`);

  await makeOnce(directory, make, { limitMs: 0 });

  expect(existsSync(directory)).toBe(true);
});

test("a killed process that had this one's id stops nobody", async () => {
  locked(`${hostname()}:${process.pid}`);

  await makeOnce(directory, make, { limitMs: 0 });

  expect(existsSync(directory)).toBe(true);
});

test.each(["build-2:1", "1"])(
  "an old lock of %s, whose process cannot be asked for, stops nobody",
  async (owner) => {
    locked(owner, 6);

    await makeOnce(directory, make, { limitMs: 0 });

    expect(existsSync(directory)).toBe(true);
  },
);

test("a process of another host is waited for, which is said once", async () => {
  const lock = locked("build-2:1", 1);
  const waiting = makeOnce(directory, make);
  await sleep(350);
  expect(made).toEqual([]);
  rmSync(lock);
  await waiting;

  expect(said.mock.calls).toEqual([[`waits for process build-2:1, which makes ${directory} (${lock})\n`]]);
  expect(made).toHaveLength(1);
});

test("who waits for too long is told which lock to remove", async () => {
  const owner = `${hostname()}:${process.ppid}`;
  const lock = locked(owner);

  await expect(makeOnce(directory, make, { limitMs: 200 })).rejects.toThrow(
    new RegExp(`^process ${process.ppid} must make ${directory} within .* minutes; .*remove ${lock} `),
  );
  expect(made).toEqual([]);
  expect(readlinkSync(lock)).toBe(owner);
});
