import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const projectRoot = join(__dirname, "..");

/** Deeper than any number of calls here: a teardown that takes a parent for its own folder stays inside. */
const DEPTH = 20;
const ENDS = 10;

let scratch: string;
/** Where temporary folders are made: with a file of somebody else's in it and in each folder above it. */
let TMPDIR: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "runs-"));
  TMPDIR = scratch;
  for (let depth = 0; depth < DEPTH; depth++) {
    TMPDIR = join(TMPDIR, "users");
    mkdirSync(TMPDIR);
    writeFileSync(join(TMPDIR, "theirs"), "");
  }
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** Everything below the scratch folder that is the user's, and nothing else. */
const theirs = () => readdirSync(scratch, { recursive: true }).map(String).sort();

test("each run has a temporary folder of its own, and nothing of it stays", () => {
  const before = theirs();

  // As `jest --watch` has them.
  const [first, between, second, after] = places(["setup", "teardown", "setup", "teardown"]);

  expect([between, after]).toEqual([TMPDIR, TMPDIR]);
  expect(first).toContain(join(TMPDIR, "lambda-secrets-tests-"));
  expect(second).not.toBe(first);
  expect(second).toContain(join(TMPDIR, "lambda-secrets-tests-"));
  expect(ours()).toEqual([]);
  expect(theirs()).toEqual(expect.arrayContaining(before));
});

// jest with --bail ends a run again for each suite that ends before jest does.
test(`a run that ends ${ENDS} times deletes its own folder only`, () => {
  const before = theirs();

  const after = places(["setup", ...Array.from({ length: ENDS }, () => "teardown")]).slice(1);

  expect(after).toEqual(Array.from({ length: ENDS }, () => TMPDIR));
  expect(ours()).toEqual([]);
  expect(theirs()).toEqual(expect.arrayContaining(before));
});

test("an end without a beginning deletes nothing", () => {
  const before = theirs();

  expect(places(["teardown"])).toEqual([TMPDIR]);

  expect(theirs()).toEqual(expect.arrayContaining(before));
});

const ours = () => readdirSync(TMPDIR).filter((name) => name.startsWith("lambda-secrets"));

/** Where temporary folders are made after each step. In a process of its own: in a test, Node sees no other TMPDIR. */
function places(steps: readonly string[]): string[] {
  const script = `
    const { tmpdir } = require("node:os");
    void (async () => {
      const places = [];
      for (const step of ${JSON.stringify(steps)}) {
        await require("./__tests__/support/" + step).default();
        places.push(tmpdir());
      }
      console.log(JSON.stringify(places));
    })();`;
  const output = execFileSync(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
    cwd: projectRoot,
    env: { ...process.env, TMPDIR },
    encoding: "utf8",
  });
  return JSON.parse(output);
}
