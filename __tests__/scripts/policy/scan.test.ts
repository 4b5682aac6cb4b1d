import { ENVIRONMENTS, scanEnvironments } from "../../../scripts/policy/scan";
import { judge, readSuppressions } from "../../../scripts/policy/suppressions";

// The first time on a machine, checkov is installed.
jest.setTimeout(300_000);

test(`${ENVIRONMENTS.join(" and ")}: no finding is not suppressed, and no suppression that is stale or expired`, async () => {
  const { passed, findings } = await scanEnvironments();
  expect(passed).toBeGreaterThan(500);
  expect(judge(findings, readSuppressions(), new Date().toISOString().slice(0, 10))).toEqual({
    open: [],
    expired: [],
    stale: [],
  });
});
