import { scanEnvironment } from "../../../scripts/policy/scan";
import { judge, readSuppressions } from "../../../scripts/policy/suppressions";

// The first time on a machine, checkov is installed.
jest.setTimeout(300_000);

test("prod has no finding that is not suppressed, and no suppression that is stale or expired", async () => {
  const { passed, findings } = await scanEnvironment("prod");
  expect(passed).toBeGreaterThan(250);
  expect(judge(findings, readSuppressions(), new Date().toISOString().slice(0, 10))).toEqual({
    open: [],
    expired: [],
    stale: [],
  });
});
