import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FunctionCode } from "../../../constructs/functions/function-code";
import { readerZip, rotationZip } from "../../support/fixtures";
import { emptyStack } from "../../support/template";

const runtime = "nodejs24.x";
const project = mkdtempSync(join(tmpdir(), "project-"));
const start = process.cwd();
beforeAll(() => process.chdir(project));
afterAll(() => process.chdir(start));

function functionCode(code: string, named?: string): FunctionCode {
  return new FunctionCode(emptyStack(), "Code", { code, runtime: named });
}

/** A folder with a handler, as the build leaves it. */
function folder(name: string, handler: string, built = true): string {
  const path = join("lambda", name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, handler), "");
  mkdirSync(join("dist", "lambda"), { recursive: true });
  if (built) writeFileSync(join("dist", `${path}.zip`), name);
  return path;
}

test("hashes the zip's content as Lambda does", () => {
  const hash = createHash("sha256").update("reader").digest("base64");
  expect(functionCode(readerZip, runtime).sourceCodeHash).toBe(hash);
});

test("has the same path and hash wherever and whenever the zip was made", () => {
  const copy = join(mkdtempSync(join(tmpdir(), "elsewhere-")), "reader.zip");
  copyFileSync(readerZip, copy);
  utimesSync(copy, 0, 0);
  const [one, other] = [readerZip, copy].map((zip) => functionCode(zip, runtime));
  expect(other?.sourceCodeHash).toBe(one?.sourceCodeHash);
  expect(other?.path).toBe(one?.path);
});

test("has another hash and path for another content", () => {
  const [one, other] = [readerZip, rotationZip].map((zip) => functionCode(zip, runtime));
  expect(other?.sourceCodeHash).not.toBe(one?.sourceCodeHash);
  expect(other?.path).not.toBe(one?.path);
});

test.each([
  ["billing", "handler.ts", "nodejs24.x"],
  ["report", "index.py", "python3.13"],
])("a folder %s with %s runs on %s, from the zip that the build makes of it", (name, handler, expected) => {
  const code = functionCode(folder(name, handler));
  expect([code.name, code.runtime]).toEqual([name, expected]);
  expect(code.sourceCodeHash).toBe(createHash("sha256").update(name).digest("base64"));
});

test("runs on the runtime that is named, whatever the folder has", () => {
  expect(functionCode(folder("billing", "handler.ts"), "nodejs22.x").runtime).toBe("nodejs22.x");
});

test("refuses a folder that the build has not zipped, and says how to", () => {
  const code = folder("unbuilt", "handler.ts", false);
  expect(() => functionCode(code)).toThrow(
    "test/Code: `code` must have a zip file, got none at dist/lambda/unbuilt.zip; the build makes it of a folder",
  );
});

test("refuses a zip file that is not there", () => {
  expect(() => functionCode("/no/such.zip", runtime)).toThrow("got none at /no/such.zip");
});

test("refuses a folder without a handler", () => {
  mkdirSync("lambda/empty", { recursive: true });
  expect(() => functionCode("lambda/empty")).toThrow(
    'test/Code: `code` must be a folder with handler.ts or index.py, or a zip file, got "lambda/empty"; ' +
      "correct the path, which begins at the folder of cdktf.json",
  );
});

test("refuses a zip file for which no runtime is named", () => {
  expect(() => functionCode(readerZip)).toThrow("test/Code: `code` needs a runtime with a zip file");
});
