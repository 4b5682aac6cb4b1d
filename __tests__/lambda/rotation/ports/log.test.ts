import fc from "fast-check";
import { createLog } from "../../../../lambda/rotation/ports/log";
import { quote } from "../../../../lambda/rotation/support/text";

test("a record is one line of printable ASCII that parses back to the same facts", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const lines: string[] = [];
      createLog((line) => lines.push(line)).info(text, { user: text });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^[\x20-\x7e]+$/);
      expect(JSON.parse(lines[0] ?? "")).toEqual({ level: "info", outcome: text, user: text });
    }),
  );
});

test("facts of a derived log are in each of its records, and not in the original's", () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  log.with({ step: "setSecret" }).warn("careful");
  log.error("failed");
  expect(lines).toEqual([
    '{"level":"warn","step":"setSecret","outcome":"careful"}',
    '{"level":"error","outcome":"failed"}',
  ]);
});

test("a quoted text is cut off at 128 characters", () => {
  expect(quote("x".repeat(500))).toBe(`"${"x".repeat(128)}..."`);
});
