import { stacksTable } from "../deploy/report";
import { plain } from "../review/markdown/escape";
import type { GitHub } from "./github";
import type { WrittenReport } from "./reports";

const MARKER = "<!-- drift -->";
const TITLE = "What is deployed is not what the code says";

/**
 * Keeps one open issue as long as a plan of any environment has changes, or cannot be made.
 *
 * @returns what was done
 */
export async function keepIssue(github: GitHub, reports: readonly WrittenReport[]): Promise<string> {
  const own = await github.findOwn("/issues?state=open", MARKER);
  const drifted = reports.filter(({ stacks }) => stacks.some(({ result }) => result !== "no changes"));
  if (drifted.length === 0) {
    if (!own) return "Nothing has drifted.";
    await github.call("PATCH", `/issues/${own.number}`, { state: "closed", state_reason: "completed" });
    return `Nothing has drifted any more: issue ${own.number} is closed.`;
  }
  const body = text(drifted, github.run);
  if (own) {
    await github.call("PATCH", `/issues/${own.number}`, { body });
    return `Issue ${own.number} is written again.`;
  }
  const { number } = await github.call<{ readonly number: number }>("POST", "/issues", {
    title: TITLE,
    body,
  });
  return `Issue ${number} is opened.`;
}

/** The reviews are in the run's summary: all of them together would not fit. */
function text(drifted: readonly WrittenReport[], run: string | undefined): string {
  const from = run ? `The [nightly run](${run})` : "The nightly run";
  return [
    `${MARKER}\n${from} planned what is on \`main\`, and found changes, or could not plan it. Where there are ` +
      "changes, somebody changed what is deployed, or `main` is not deployed. The run's summary has the reviews. " +
      "This issue is closed once everything is planned and nothing changes.",
    ...drifted.map((report) => `## ${plain(report.environment)}\n\n${stacksTable(report)}`),
  ].join("\n\n");
}
