import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../../scripts/review/command";
import { commandLine } from "../../support/command-line";
import { fileOf } from "./recording/files";
import { planText, type WrittenChange } from "./support/plans";

const folder = mkdtempSync(join(tmpdir(), "review-"));
const SAFE: WrittenChange = { type: "aws_vpc", before: { tags: { a: "1" } }, after: { tags: { a: "2" } } };
const OWNER: WrittenChange = { type: "aws_flow_log", before: { id: "fl-1" } };
const BLOCKED: WrittenChange = { type: "aws_secretsmanager_secret", before: { name: "a" } };

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function run(...words: string[]): { code: number; out: string; error: string } {
  let [out, error] = ["", ""];
  const stderr = jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    error += text;
    return true;
  });
  try {
    const code = runCommand(words, (text) => {
      out += text;
    });
    return { code, out, error };
  } finally {
    stderr.mockRestore();
  }
}

test.each([
  ["safe", 0, [SAFE]],
  ["an owner has to agree", 2, [SAFE, OWNER]],
  ["blocked", 3, [SAFE, OWNER, BLOCKED]],
  ["nothing changes", 0, []],
] as const)("exit code: %s: %d", (title, code, changes) => {
  const path = file(`${title}.json`, planText(changes));
  expect(run(path).code).toBe(code);
  expect(run(path, "--json").code).toBe(code);
});

test("several stacks have one verdict, the worst, and one risk table", () => {
  const { code, out } = run(file("one.json", planText([OWNER])), file("two.json", planText([BLOCKED])));
  expect(code).toBe(3);
  expect(out.match(/\| severity \|/g)).toHaveLength(1);
  expect(out).toContain("<code>one</code>");
  expect(out).toContain("<code>two</code>");
});

test("a recorded plan can be reviewed by its file", () => {
  expect(run(fileOf({ name: "secret renamed", risky: true })).code).toBe(3);
});

test("npm run review, which runs from a bundle, says the same and ends alike", () => {
  const path = fileOf({ name: "secret renamed", risky: true });
  const words = commandLine(join(__dirname, "..", "..", "..", "scripts", "review", "main.ts"), path);

  const { status, stdout } = spawnSync(process.execPath, words, { encoding: "utf8" });

  expect({ code: status, out: stdout, error: "" }).toEqual(run(path));
});

test("with a base, the table says what is new and what is no more", () => {
  const base = file("base.json", run(file("stack.json", planText([OWNER])), "--json").out);
  const { out, code } = run(file("stack.json", planText([OWNER, BLOCKED])), "--base", base);
  expect(code).toBe(3);
  expect(out).toMatch(/R12 .*as before/);
  expect(out).toMatch(/R01 .*\*\*new\*\*/);
  expect(run(file("stack.json", planText([])), "--base", base).out).toMatch(/R12 .*gone/);
});

const UNREADABLE: Readonly<Record<string, string>> = {
  "no JSON": "hunter2-hunter2",
  "cut off": '{"format_version":"1.2","resource_changes":[{"address":"hunter2-hunter2',
  "a plan file": "PK\u0003\u0004 hunter2-hunter2",
  "a state": '{"format_version":"1.0","values":{"x":"hunter2-hunter2"}}',
  "another format": '{"format_version":"2.0","resource_changes":["hunter2-hunter2"]}',
  "a list": "[]",
  "a change without actions":
    '{"format_version":"1.2","resource_changes":[{"address":"hunter2-hunter2","mode":"managed","type":"a","change":{"actions":[]}}]}',
  "an unknown action": planText([{ address: "a.b", actions: ["hunter2-hunter2"], before: {}, after: {} }]),
  "unknown actions together": planText([
    { address: "a.b", actions: ["create", "update"], before: {}, after: {} },
  ]),
};

test.each(Object.entries(UNREADABLE))("unreadable: %s", (title, text) => {
  const { code, out, error } = run(file(`${title}.json`, text));
  expect(code).toBe(1);
  expect(out).toBe("");
  expect(error).toMatch(/must be/);
  expect(error).not.toContain("hunter2");
});

test.each([
  ["no plan", [], "a plan must be named"],
  ["a file that is not there", [join(folder, "none.json")], "ENOENT"],
  ["a folder", [folder], "EISDIR"],
  ["an unknown option", ["--colour"], "--colour"],
  ["a base that is none", [file("plan.json", planText([])), "--base", file("bad.json", "{}")], "--base"],
] as const)("refuses %s", (_, words, message) => {
  const { code, error } = run(...words);
  expect(code).toBe(1);
  expect(error).toContain(message);
});

test("--help says what the exit codes mean", () => {
  const { code, out } = run("--help");
  expect(code).toBe(0);
  expect(out).toContain("Exit codes: 0 safe; 2 an owner has to agree; 3 blocked");
});
