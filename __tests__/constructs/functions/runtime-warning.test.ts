import { runtimeWarning } from "../../../constructs/functions/runtime-warning";
import { PUBLISHED_READ } from "../../../constructs/regions/published-facts";

test.each(["nodejs24.x", "python3.13"])("nothing is said of %s", (runtime) => {
  expect(runtimeWarning(runtime)).toBeUndefined();
});

test("a runtime that is patched no more is said, with the date of the table", () => {
  expect(runtimeWarning("nodejs20.x")).toBe(
    `Lambda patches the runtime "nodejs20.x" until 2026-04-30 (as known on ${PUBLISHED_READ}), and later makes no ` +
      "function of it. Write a newer one and deploy",
  );
});

test("so is one that the table does not know", () => {
  expect(runtimeWarning("nodejs99.x")).toBe(
    `runtime must be one that Lambda has, got "nodejs99.x", which was not known on ${PUBLISHED_READ}`,
  );
});
