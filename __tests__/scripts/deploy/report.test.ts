import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailed, run } from "../../../scripts/support/processes";
import { commandLine } from "../../support/command-line";
import { type WrittenStack, writeStacks } from "./support/synthesized";

const ROOT = join(__dirname, "..", "..", "..");
const COMMAND = join(__dirname, "support", "command.ts");
/** Terraform does not know that this is a password. */
const PASSWORD = "correct-horse-battery";

let directory: string;
let report: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "report-"));
  report = join(directory, "report");
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const TWO: Readonly<Record<string, WrittenStack>> = {
  foundation: { more: only("foundation", {}) },
  native: { needs: ["foundation"], reads: ["foundation.value"] },
};

function only(name: string, more: object) {
  const input = { name, password: PASSWORD, ...more };
  return {
    resource: { terraform_data: { only: { input } } },
    output: { value: { value: `\${terraform_data.only.id}` } },
  };
}

/** A command without a terminal, as a pipeline runs it. */
async function piped(stacks: Readonly<Record<string, WrittenStack>>, words: readonly string[]) {
  const args = commandLine(COMMAND, writeStacks(directory, stacks), ...words);
  const { code, output } = await run(process.execPath, args, { cwd: ROOT }).catch((error) => {
    if (error instanceof CommandFailed) return error;
    throw error;
  });
  expect(output).not.toContain(PASSWORD);
  return { code, output };
}

const written = (file: string) => readFileSync(join(report, file), "utf8");
const json = () => JSON.parse(written("report.json"));

/** Where a plan or a password could have been left; state has values by its nature. */
function left(): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.tfstate|cdk\.tf\.json/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => /tfplan$/.test(file) || readFileSync(file, "utf8").includes(PASSWORD));
}

test("a report has each stack with the digest of its plan, the review for people, and nothing of the plan itself", async () => {
  const { code, output } = await piped(TWO, ["diff", "--report", report]);

  expect(code).toBe(0);
  expect(json()).toEqual({
    version: 1,
    environment: "test",
    stacks: [
      { stack: "foundation", result: "changes", digest: expect.stringMatching(/^\w{64}$/), verdict: "owner" },
      {
        stack: "native",
        result: "waits",
        why: "it reads outputs of foundation that are not deployed yet",
      },
    ],
  });
  expect(written("review.md")).toMatch(/^\| stack \| plan \| digest \|[\s\S]*foundation[\s\S]*R05/);
  expect(output).not.toMatch(/will be created/);
  expect(left()).toEqual([]);
});

test("what was approved is applied, stack by stack, as far as it could be planned", async () => {
  await piped(TWO, ["diff", "--report", report]);
  const first = await piped(TWO, ["deploy", "--approved", report]);
  expect(first.output).toMatch(/\nfoundation {2}deployed\nnative {6}not planned: no plan of it could be/);
  expect(first.code).toBe(0);

  await piped(TWO, ["diff", "--report", report]);
  expect(json().stacks.map(({ result }: { result: string }) => result)).toEqual(["no changes", "changes"]);
  const second = await piped(TWO, ["deploy", "--approved", report]);
  expect(second.output).toMatch(/\nfoundation {2}no changes\nnative {6}deployed\n$/);
});

test("a plan that is another than the approved one is not applied, nor what comes after it", async () => {
  await piped(TWO, ["diff", "--report", report]);
  const changed = { ...TWO, foundation: { more: only("foundation", { added: "since then" }) } };

  const { code, output } = await piped(changed, ["deploy", "--approved", report]);

  expect(output).toMatch(
    /\nfoundation {2}not changed: its plan is not the approved one: its digest is \w{64}/,
  );
  expect(code).toBe(1);
  expect(existsSync(join(directory, "terraform.foundation.tfstate"))).toBe(false);
});

test("a stack that cannot be planned is shown as such, fails the report, and keeps it from being approved", async () => {
  const broken = { ...TWO, vault: { more: { output: { value: { value: `\${file("/nowhere")}` } } } } };

  const { code } = await piped(broken, ["diff", "--report", report]);
  expect(code).toBe(1);
  expect(written("review.md")).toMatch(
    /^⛔ \*\*Cannot be approved\*\*: <code>vault<\/code> not planned\.[\s\S]*\*\*not planned\*\*: terraform plan failed/,
  );

  const deployed = await piped(broken, ["deploy", "--approved", report]);
  expect(deployed).toEqual({
    code: 1,
    output: "the report cannot be approved: vault is not planned; npm run diff says why\n",
  });
});

test("nothing is said to stay as it is where nothing could be planned", async () => {
  await piped({ vault: { more: { output: { value: { value: `\${file("/nowhere")}` } } } } }, [
    "diff",
    "--report",
    report,
  ]);
  expect(written("review.md")).toMatch(/not planned/);
  expect(written("review.md")).not.toMatch(/Nothing changes/);
});

test.each([
  ["no report", () => {}, /report\.json must be what npm run diff -- --report/],
  [
    "a report of another environment",
    () =>
      writeFileSync(
        join(report, "report.json"),
        JSON.stringify({ version: 1, environment: "x", stacks: [{ stack: "x", result: "no changes" }] }),
      ),
    /must be of the stacks foundation, native, got x/,
  ],
])("%s is refused before anything", async (_, prepare, message) => {
  mkdirSync(report);
  prepare();
  const { code, output } = await piped(TWO, ["deploy", "--approved", report]);
  expect(output).toMatch(message);
  expect(code).toBe(1);
});
