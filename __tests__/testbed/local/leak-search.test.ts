import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { createCertificateAuthority } from "../../../scripts/support/certificates";
import { searchLeaks, secretsIn } from "../../../testbed/local/leak-search";

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

test("a private key is found in a log, by the line in which it begins", async () => {
  const { keyPem } = await createCertificateAuthority("leaks");
  writeFileSync(join(directory, "log"), keyPem.replaceAll("\n", "\n  | "));

  expect((await searchLeaks(directory, [keyPem])).places).toEqual(["log"]);
});

test("a node's own certificate folder, where its key has to be, is not searched", async () => {
  const { keyPem } = await createCertificateAuthority("leaks");
  for (const folder of ["tls-0a1b", "tls.new"]) {
    mkdirSync(join(directory, "etc", "vault-server", folder), { recursive: true });
    writeFileSync(join(directory, "etc", "vault-server", folder, "key.pem"), keyPem);
  }

  const { places } = await searchLeaks(directory, [keyPem]);

  expect(places).toEqual([join("etc", "vault-server", "tls.new", "key.pem")]);
});

test("what is looked for is all that is secret in a secret's value", () => {
  const database = { host: "db", username: "orders", password: "p" };
  const recovery = {
    state: "initialised",
    rootToken: "t",
    threshold: 3,
    shares: ["a", "b"],
    encrypted: false,
  };
  const certificate = { certificate: "c", key: "k", authority: "c" };
  const authority = { certificatePem: "c", keyPem: "pem" };

  expect([database, recovery, certificate, authority].map(secretsIn)).toEqual([
    ["p"],
    ["t", "a", "b"],
    ["k"],
    ["pem"],
  ]);
});
