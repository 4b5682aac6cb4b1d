import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

test("a process that was killed while it made something stops nobody", async () => {
  await makeOnce(join(directory, "..", "other"), make);
  const { pid } = spawnSync(process.execPath, ["--version"]);
  symlinkSync(String(pid), `${directory}.lock`);

  await makeOnce(directory, make);

  expect(existsSync(directory)).toBe(true);
});
