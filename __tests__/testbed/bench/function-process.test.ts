import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFunction } from "../../../testbed/bench/function-process";

test("all that a function printed before it answered is there, however much it is", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "function-process-")), "index.js");
  writeFileSync(
    file,
    `exports.handler = async () => { for (let line = 0; line < 20_000; line++) console.log("x".repeat(199)); };`,
  );
  const { invoke, end } = await startFunction(file, {});
  await invoke({});
  expect((await end()).length).toBe(20_000 * 200);
});
