import type { Value } from "../../../scripts/review/plan/values";
import { widenings } from "../../../scripts/review/policies/compare";
import { globCovers } from "../../../scripts/review/policies/covers";
import { statementsOf } from "../../../scripts/review/policies/statements";

type Json = { readonly [key: string]: Value };

const statement = (more: Json): Json => ({ Effect: "Allow", Action: "a:B", Resource: "r", ...more });

function kinds(before: readonly Json[], after: readonly Json[]): string[] {
  const [from, to] = [before, after].map((Statement) => statementsOf({ Statement }));
  return widenings(from ?? [], to ?? []).map(({ kind }) => kind);
}

const condition = (operator: string, ...values: string[]): Json => ({
  Condition: { [operator]: { "aws:K": values } },
});

test.each<[string, Json, Json, string[]]>([
  ["another action", {}, { Action: ["a:B", "a:C"] }, ["allows more"]],
  ["a wildcard", {}, { Action: "a:*" }, ["allows more"]],
  ["what a wildcard covers", { Action: "a:*" }, { Action: "A:get*" }, []],
  ["another resource", {}, { Resource: "s" }, ["allows more"]],
  ["all but some actions", {}, { Action: null, NotAction: "a:C" }, ["allows more"]],
  [
    "fewer exceptions",
    { Action: null, NotAction: ["a:C", "a:D"] },
    { Action: null, NotAction: "a:C" },
    ["allows more"],
  ],
  ["more exceptions", { Action: null, NotAction: "a:C" }, { Action: null, NotAction: ["a:C", "a:D"] }, []],
  ["one more principal", { Principal: { AWS: "x" } }, { Principal: { AWS: ["x", "y"] } }, ["allows more"]],
  ["everybody", { Principal: { AWS: "x" } }, { Principal: "*" }, ["allows more"]],
  ["no condition any more", condition("StringEquals", "x"), {}, ["condition weakened"]],
  [
    "one more value",
    condition("StringEquals", "x"),
    condition("StringEquals", "x", "y"),
    ["condition weakened"],
  ],
  ["one value less", condition("StringEquals", "x", "y"), condition("StringEquals", "x"), []],
  ["one more exception", condition("StringNotEquals", "x"), condition("StringNotEquals", "x", "y"), []],
  [
    "one exception less",
    condition("StringNotEquals", "x", "y"),
    condition("StringNotEquals", "x"),
    ["condition weakened"],
  ],
  [
    "another operator",
    condition("StringEquals", "x"),
    condition("StringEqualsIfExists", "x"),
    ["condition weakened"],
  ],
  ["a new condition", {}, condition("StringEquals", "x"), []],
  ["a denial that goes", { Effect: "Deny" }, { Effect: "Deny", Action: "a:C" }, ["denies less"]],
  ["a denial for more", { Effect: "Deny" }, { Effect: "Deny", Action: "*" }, []],
  ["an Allow instead of a Deny", { Effect: "Deny" }, {}, ["allows more", "denies less"]],
])("%s", (_, before, after, expected) => {
  const clean = (one: Json) =>
    Object.fromEntries(Object.entries(statement(one)).filter(([, value]) => value !== null));
  expect(kinds([clean(before)], [clean(after)])).toEqual(expected);
});

test("statements that are divided or joined allow the same", () => {
  const joined = statement({ Action: ["a:B", "a:C"], Resource: ["r", "s"] });
  const divided = ["a:B", "a:C"].flatMap((Action) =>
    ["r", "s"].map((Resource) => statement({ Action, Resource })),
  );
  expect(kinds([joined], divided)).toEqual([]);
  expect(kinds(divided, [joined])).toEqual([]);
});

test.each<[string, Value]>([
  ["a string", "none"],
  ["a statement without an effect", { Statement: [{ Action: "a:B", Resource: "*" }] }],
  ["a statement without actions", { Statement: [{ Effect: "Allow", Resource: "*" }] }],
  [
    "a statement with an element that IAM does not have",
    { Statement: [{ ...statement({}), condition: {} }] },
  ],
  [
    "a variable in a version that has none",
    { Version: "2008-10-17", Statement: [statement({ Resource: "$" + "{aws:username}" })] },
  ],
  ["a principal that is a number", { Statement: [{ ...statement({}), Principal: 1 }] }],
])("%s is not understood", (_, policy) => {
  expect(statementsOf(policy)).toBeUndefined();
});

test.each([
  ["*", "anything", true],
  ["a*c", "abc", true],
  ["a?c", "abc", true],
  ["a?c", "a*c", false],
  ["a*c", "abd", false],
  ["abc", "abc*", false],
  ["a*", "a*b", true],
  ["a*a", "a", false],
])("%s covers %s: %s", (wide, narrow, expected) => {
  expect(globCovers(wide, narrow)).toBe(expected);
});

test("patterns made to be slow are not", () => {
  const started = process.cpuUsage();
  expect(globCovers(`${"*a".repeat(2_000)}b`, "a".repeat(4_000))).toBe(false);
  // Processor time, as a busy machine has none to spare. It takes some 10 ms, and one made the slow way never ends.
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1_000).toBeLessThan(5_000);
});
