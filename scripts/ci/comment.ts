import { plain } from "../review/markdown/escape";
import type { GitHub } from "./github";
import type { WrittenReport } from "./reports";

/** Writes a report into a pull request; there is one comment for each environment. */
export async function postComment(
  github: GitHub,
  pullRequest: number,
  { environment, review }: WrittenReport,
): Promise<void> {
  const marker = `<!-- plan of ${environment} -->`;
  const run = github.run ? ` ([run](${github.run}))` : "";
  const body = `${marker}\n## Plan of ${plain(environment)}${run}\n\n${review}`;
  const own = await github.findOwn(`/issues/${pullRequest}/comments`, marker);
  if (own) await github.call("PATCH", `/issues/comments/${own.id}`, { body });
  else await github.call("POST", `/issues/${pullRequest}/comments`, { body });
}
