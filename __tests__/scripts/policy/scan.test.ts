import { scanEnvironments } from "../../../scripts/policy/scan";
import { openFindings, problemsOfSuppressions, readSuppressions } from "../../../scripts/policy/suppressions";

// The first time on a machine, checkov is installed.
jest.setTimeout(600_000);

test("shipped environments, prod under each backend, and its roles: nothing is open, expired or stale", async () => {
  const { passed, findings } = await scanEnvironments();
  const suppressions = readSuppressions();
  const today = new Date().toISOString().slice(0, 10);
  expect(passed).toBeGreaterThan(3000);
  expect(openFindings(findings, suppressions, today)).toEqual([]);
  expect(problemsOfSuppressions("synthesized", findings, suppressions, today)).toEqual([]);
});
