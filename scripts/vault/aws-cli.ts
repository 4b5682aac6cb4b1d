import { CommandFailed, run } from "../support/processes";

/** AWS CLI 2, which has the user's way to sign in: profiles, single sign-on, roles. Gives its JSON. */
export async function awsCli(...words: string[]): Promise<Record<string, unknown>> {
  try {
    const { stdout } = await run("aws", [...words, "--output", "json"], { env: process.env });
    return JSON.parse(stdout);
  } catch (error) {
    if (!(error instanceof CommandFailed))
      throw new Error("AWS CLI 2 must be on PATH, and is not: https://docs.aws.amazon.com/cli/");
    throw new Error(`aws ${words.slice(0, 2).join(" ")} failed: ${error.stderr.trim()}`);
  }
}

/** As whom the commands act: an IAM role without its path, or a user. */
export async function callerArn(): Promise<string> {
  const { Arn } = await awsCli("sts", "get-caller-identity");
  return String(Arn).replace(/^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, "arn:$1:iam::$2:role/$3");
}
