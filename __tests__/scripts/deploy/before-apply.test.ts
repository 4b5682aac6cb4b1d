import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Prepared } from "../../../scripts/deploy/driver";
import type { Stack } from "../../../scripts/deploy/stacks";
import { exitCode, summary } from "../../../scripts/deploy/summary";
import type { ShownReview } from "../../../scripts/review/shown-review";
import { CHAIN, drivers, kinds } from "./support/drivers";

const { folder, driving, logging } = drivers();

describe("a plan with a review", () => {
  const reviewing =
    (verdict: ShownReview["verdict"]) =>
    (stack: string, plan: string): ShownReview => ({
      verdict,
      text: `Review: ${stack} ${JSON.parse(plan).resource_changes.length}\n`,
      digest: "digest",
    });

  test("shows it below the plan, and tells its verdict", async () => {
    const { driver, all, lines } = driving({ first: {} }, { review: reviewing("owner") });

    expect(summary("diff", await driver.diff(all), false)).toBe(
      "first  has changes; review: an owner has to agree",
    );
    expect(lines.at(-1)).toBe("first: Review: first 1");
  });

  test("is not applied if that blocks it and nobody is asked", async () => {
    const { driver, all } = driving({ first: {} }, { review: reviewing("blocked") });

    expect(summary("deploy", await driver.deploy(all), false)).toBe(
      "first  not changed: its review blocks it; without --auto-approve a person can agree",
    );
  });

  test("takes the stack's name for a yes if that blocks it", async () => {
    const asked: string[][] = [];
    const approve = async (...question: string[]) => asked.push(question) > 0;
    const { driver, all } = driving({ first: {} }, { review: reviewing("blocked"), approve });

    expect(kinds(await driver.deploy(all))).toEqual({ first: "changed" });
    expect(asked).toEqual([["Deploy first as planned above, although its review blocks it?", "first"]]);
  });

  test.each([
    ["is applied if exactly this one was approved, although that blocks it", "digest", "changed"],
    ["is not applied if another one was approved", "of another plan", "refused"],
    ["is not applied if no change was approved", undefined, "refused"],
  ])("%s", async (_, digest, kind) => {
    const approved = new Map(digest === undefined ? [] : [["first", digest]]);
    const { driver, all } = driving({ first: {} }, { review: reviewing("blocked"), approved });

    expect(kinds(await driver.deploy(all))).toEqual({ first: kind });
  });

  test("has none when it destroys", async () => {
    const { driver, all, lines } = driving({ first: {} }, { review: reviewing("safe") });
    await driver.deploy(all);
    lines.length = 0;

    expect(kinds(await driver.destroy(all))).toEqual({ first: "changed" });
    expect(lines.join("\n")).not.toContain("Review");
  });
});

describe("a stack that needs something of a person", () => {
  const prepare = async ({ name }: Stack): Promise<Prepared> =>
    name === "native" ? { kind: "for you", what: "npm run vault:init" } : { kind: "ready" };

  test("stops a deploy before the stacks that come after it, which has failed until then", async () => {
    const { driver, all } = driving(CHAIN, { ...logging(), prepare });

    const outcomes = await driver.deploy(all);

    expect(kinds(outcomes)).toEqual({ foundation: "changed", native: "for you", application: "not begun" });
    expect(summary("deploy", outcomes, false)).toContain(
      "native       waits for you: npm run vault:init; then run the same command again",
    );
    expect(exitCode("deploy", outcomes, { interrupted: false, detailed: false })).toBe(1);
  });

  test("is not planned, which is no failure", async () => {
    const { driver, all, named } = driving(CHAIN, { ...logging(), prepare });
    await driver.deploy(named("foundation"));

    const outcomes = await driver.diff(all);

    expect(kinds(outcomes)).toEqual({ foundation: "unchanged", native: "for you", application: "waiting" });
    expect(exitCode("diff", outcomes, { interrupted: false, detailed: false })).toBe(0);
  });
});

test("what a stack needs is there for its plan and apply, and gone after a failure, too", async () => {
  const given: string[] = [];
  const prepare = async ({ name }: Stack): Promise<Prepared> => {
    given.push(`open ${name}`);
    return {
      kind: "ready",
      environment: { WORD: name },
      close: async () => void given.push(`close ${name}`),
    };
  };
  const onCreate = '[ "$WORD" = first ]';
  const { driver, all } = driving(
    { first: { onCreate }, second: { needs: ["first"], onCreate } },
    { prepare },
  );

  expect(kinds(await driver.deploy(all))).toEqual({ first: "changed", second: "failed" });
  expect(given).toEqual(["open first", "close first", "open second", "close second"]);
});

test("what is applied is the plan that was shown, and only if it is approved", async () => {
  const questions: string[] = [];
  const answers = [false, true];
  const { driver, all } = driving(CHAIN, {
    ...logging(),
    approve: async (question) => {
      questions.push(question);
      return answers.shift() ?? false;
    },
  });

  expect(kinds(await driver.deploy(all))).toEqual({
    foundation: "refused",
    native: "not begun",
    application: "not begun",
  });
  expect(existsSync(join(folder(), "log"))).toBe(false);
  expect(kinds(await driver.deploy(all))).toMatchObject({ foundation: "changed", native: "refused" });
  expect(questions).toEqual([
    "Deploy foundation as planned above?",
    "Deploy foundation as planned above?",
    "Deploy native as planned above?",
  ]);
});

test.each(["approved", "refused", "failed"])("no plan file stays when it was %s", async (how) => {
  const { driver, all } = driving(
    { foundation: { onCreate: how === "failed" ? "exit 1" : "true" } },
    { approve: async () => how !== "refused" },
  );

  await driver.deploy(all);

  expect(readdirSync(String(all[0]?.folder)).filter((name) => /plan/.test(name))).toEqual([]);
});
