import { parseArguments } from "../../../scripts/prove/arguments";

test("an environment is named, and the report after it", () => {
  expect(parseArguments(["staging"])).toEqual({
    help: false,
    environment: "staging",
    autoApprove: false,
    destroy: false,
    report: "prove-staging.md",
  });
  expect(parseArguments(["environments/eu/staging.json"]).report).toBe("prove-staging.md");
});

test("options are understood", () => {
  const words = ["staging", "--destroy", "--auto-approve", "--report", "a.md"];
  expect(parseArguments(words)).toMatchObject({ autoApprove: true, destroy: true, report: "a.md" });
});

test.each([
  [[], "one environment must be named, got none"],
  [["a", "b"], "one environment must be named, got a, b"],
  [["a", "--force"], "--force"],
])("%j is refused", (words, message) => {
  expect(() => parseArguments(words)).toThrow(message);
});
