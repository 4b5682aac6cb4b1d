import {
  EnvironmentError,
  formatPath,
  formatValue,
} from "../../../../constructs/environment/problems/problem";

test("a path reads as in JavaScript", () => {
  expect(formatPath(["secrets", 0, "grants", 2, "on"])).toBe("secrets[0].grants[2].on");
  expect(formatPath([])).toBe("");
});

test("a long value is cut", () => {
  expect(formatValue("x".repeat(200))).toHaveLength(120);
  expect(formatValue("short")).toBe('"short"');
  expect(formatValue(undefined)).toBe("nothing");
});

test("a report names file, path, rule, value and fix of every problem", () => {
  const error = new EnvironmentError("environments/dev.json", [
    { path: "region", rule: "must be an AWS region", got: '"mars"', fix: "choose a planet" },
    { path: "", rule: "must be an object", got: "[]", fix: "change the value" },
  ]);
  expect(error.message).toBe(`environments/dev.json has 2 problems:

  region
    rule  must be an AWS region
    got   "mars"
    fix   choose a planet

  (the whole file)
    rule  must be an object
    got   []
    fix   change the value`);
});

test("one problem is not two problems", () => {
  expect(new EnvironmentError("f", [{ path: "", rule: "r", got: "g", fix: "x" }]).message).toContain(
    "f has 1 problem:",
  );
});
