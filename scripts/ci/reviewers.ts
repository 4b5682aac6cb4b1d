import type { GitHub } from "./github";

interface GitHubEnvironment {
  readonly protection_rules?: readonly { readonly type: string }[];
}

/**
 * GitHub makes an environment that is missing when a job names it, and asks nobody about one without reviewers.
 *
 * @throws Error if a person would not be asked about a deploy
 */
export async function requireReviewers(github: GitHub, environments: readonly string[]): Promise<void> {
  for (const name of environments) {
    const { protection_rules: rules = [] } = await github.call<GitHubEnvironment>(
      "GET",
      `/environments/${encodeURIComponent(name)}`,
    );
    if (!rules.some(({ type }) => type === "required_reviewers"))
      throw new Error(
        `GitHub's environment ${name} must have required reviewers, got none; add them in the repository's settings`,
      );
  }
}
