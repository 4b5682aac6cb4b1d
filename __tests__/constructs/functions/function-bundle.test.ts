import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FunctionBundle } from "../../../constructs/functions/function-bundle";
import { consumerZip, rotationZip } from "../../support/fixtures";
import { emptyStack } from "../../support/template";

test("hashes the zip's content as Lambda does", () => {
  const bundle = new FunctionBundle(emptyStack(), "Bundle", consumerZip);
  expect(bundle.sourceCodeHash).toBe(createHash("sha256").update("consumer").digest("base64"));
});

test("has the same path and hash wherever and whenever the zip was made", () => {
  const copy = join(mkdtempSync(join(tmpdir(), "elsewhere-")), "consumer.zip");
  copyFileSync(consumerZip, copy);
  utimesSync(copy, 0, 0);
  const [one, other] = [consumerZip, copy].map((zip) => new FunctionBundle(emptyStack(), "Bundle", zip));
  expect(other?.sourceCodeHash).toBe(one?.sourceCodeHash);
  expect(other?.path).toBe(one?.path);
});

test("has another hash and path for another content", () => {
  const [one, other] = [consumerZip, rotationZip].map(
    (zip) => new FunctionBundle(emptyStack(), "Bundle", zip),
  );
  expect(other?.sourceCodeHash).not.toBe(one?.sourceCodeHash);
  expect(other?.path).not.toBe(one?.path);
});

test("says what to do when the zip is missing", () => {
  expect(() => new FunctionBundle(emptyStack(), "Bundle", "/no/such.zip")).toThrow(
    "test/Bundle: the function's code must exist, got no file /no/such.zip; run `npm run build`",
  );
});
