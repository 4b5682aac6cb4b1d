import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selectStacks, synthesizedStacks } from "../../../scripts/deploy/stacks";
import { writeStacks } from "./support/synthesized";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stacks-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const FOUR = {
  "dev-application": { needs: ["dev-native", "dev-vault"], reads: ["dev-native.value"] },
  "dev-native": { needs: ["dev-foundation"], reads: ["dev-foundation.value"] },
  "dev-vault": { needs: ["dev-foundation"] },
  "dev-foundation": {},
};

const names = (stacks: readonly { name: string }[]) => stacks.map(({ name }) => name);

test("stacks are in the order of deployment, each after all that it needs", () => {
  const stacks = synthesizedStacks(writeStacks(directory, FOUR));

  expect(names(stacks)).toEqual(["dev-foundation", "dev-native", "dev-vault", "dev-application"]);
});

test("a stack needs also what it needs by way of another, and reads what its template says", () => {
  const application = synthesizedStacks(writeStacks(directory, FOUR)).at(-1);

  expect(application?.needs).toEqual(["dev-foundation", "dev-native", "dev-vault"]);
  expect(application?.reads).toEqual(new Map([["dev-native", new Set(["value"])]]));
});

test("stacks that are named keep their order; none named are all", () => {
  const stacks = synthesizedStacks(writeStacks(directory, FOUR));

  expect(names(selectStacks(stacks, ["dev-vault", "dev-foundation"]))).toEqual([
    "dev-foundation",
    "dev-vault",
  ]);
  expect(selectStacks(stacks, [])).toEqual(stacks);
});

test("a mistyped name is answered with the nearest, and with all that there are", () => {
  const stacks = synthesizedStacks(writeStacks(directory, FOUR));

  expect(() => selectStacks(stacks, ["dev-nativ"])).toThrow(
    "there is no stack dev-nativ, did you mean dev-native? Stacks of this environment: " +
      "dev-foundation, dev-native, dev-vault, dev-application",
  );
  expect(() => selectStacks(stacks, ["production"])).toThrow(
    "there is no stack production. Stacks of this environment: dev-foundation",
  );
});

test("a folder that nothing was synthesized to is named", () => {
  expect(() => synthesizedStacks(directory)).toThrow(`${directory}/manifest.json is not there`);
});
