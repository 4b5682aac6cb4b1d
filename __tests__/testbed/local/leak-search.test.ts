import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { searchLeaks } from "../../../testbed/local/leak-search";

const PASSWORD = 'p"a\\s<s&w>ö d%1';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "leaks-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

test.each([
  ["as it is", PASSWORD],
  ["in JSON", JSON.stringify({ PASSWORD })],
  ["in JSON in JSON", JSON.stringify(JSON.stringify({ PASSWORD }))],
  ["in the JSON of Go", '"p\\"a\\\\s\\u003cs\\u0026w\\u003eö d%1"'],
  ["in a URL", `postgres://user:${encodeURIComponent(PASSWORD)}@host`],
  ["in base64", Buffer.from(PASSWORD).toString("base64")],
])("a password is found %s", async (_, text) => {
  writeFileSync(join(directory, "file"), `before ${text} after`);

  expect(await searchLeaks(directory, [PASSWORD])).toEqual({ passwords: 1, files: 1, places: ["file"] });
});

test("a password is found inside archives, such as a saved plan", async () => {
  mkdirSync(join(directory, "stack"));
  writeFileSync(
    join(directory, "stack", "plan"),
    zipSync({ tfstate: strToU8(JSON.stringify({ PASSWORD })) }),
  );
  writeFileSync(join(directory, "log.gz"), gzipSync(PASSWORD));

  const { places } = await searchLeaks(directory, ["something else", PASSWORD]);

  expect([...places].sort()).toEqual(["log.gz!gzip", join("stack", "plan!tfstate")]);
});

test("nothing is found where nothing is, and installed providers are not searched", async () => {
  mkdirSync(join(directory, ".terraform", "providers"), { recursive: true });
  writeFileSync(join(directory, ".terraform", "providers", "provider"), PASSWORD);
  symlinkSync(join(directory, ".terraform", "providers", "provider"), join(directory, "link"));
  writeFileSync(join(directory, "state"), "{}");

  expect(await searchLeaks(directory, [PASSWORD])).toEqual({ passwords: 1, files: 1, places: [] });
});
