import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sameNames } from "../../../scripts/doctor/same-names";
import { projectRoot } from "../../support/shipped";

const ONE = { account: "111122223333", region: "eu-west-1", namePrefix: "app" };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "same-names-"));
  mkdirSync(join(root, "environments"));
});

afterEach(() => rmSync(root, { recursive: true }));

function files(texts: Readonly<Record<string, string | object>>): void {
  for (const [name, text] of Object.entries(texts))
    writeFileSync(join(root, "environments", name), typeof text === "string" ? text : JSON.stringify(text));
}

test("two environments with the same prefix in one account and region are named", () => {
  files({ "a.json": ONE, "b.json": ONE, "c.json": { ...ONE, region: "eu-west-2" } });
  expect(sameNames(root)).toEqual([
    {
      name: "Environments",
      status: "failed",
      detail:
        'a.json and b.json have the namePrefix "app" in the account 111122223333 and the region eu-west-1',
      fix: "Give each another namePrefix, or another account or region.",
    },
  ]);
});

test("files that are no whole environments are no matter of this", () => {
  files({ "a.json": "{", "b.json": {}, "c.json": {}, "schema.json": {}, "notes.md": "{}" });
  expect(sameNames(root)).toEqual([]);
});

test("shipped environments have names of their own", () => {
  expect(sameNames(projectRoot)).toEqual([]);
});
