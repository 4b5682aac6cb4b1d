import { failedItself, say } from "../support/ending";
import { parseWords } from "../support/words";
import { postComment } from "./comment";
import { GitHub } from "./github";
import { keepIssue } from "./issue";
import { matrix } from "./matrix";
import { reportsIn, type WrittenReport } from "./reports";
import { requireReviewers } from "./reviewers";
import { synthesizeTwice } from "./synthesize-twice";

const USAGE = `Usage: npm run ci:<command> [-- options]

What the workflows in .github/workflows run, beside diff and deploy.

  ci:matrix [--approvable <reports>]     print the environments that have \`ci\`, for a workflow's output; with reports,
                                         those that have something to approve
  ci:reviewers                           fail if GitHub would ask nobody about a deploy of one of them
  ci:synth-twice                         synthesize the environment twice; fail if that differs
  ci:comment <reports> --pull-request <number>
                                         write each report into the pull request, over its last one
  ci:issue <reports>                     open or rewrite the issue about drift, or close it if there is none
  --help                                 show this text

<reports> is a folder with a report in a folder for each environment, as npm run diff -- --report <folder> writes them.
An environment with \`ci\` that has none there counts as not planned.
ENVIRONMENT names the environment. ci:reviewers, ci:comment and ci:issue call GitHub as the variables GITHUB_TOKEN,
GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL and GITHUB_RUN_ID say, which GitHub sets in workflows (the token:
the workflow).
`;

const text = { type: "string" } as const;
const OPTIONS = {
  approvable: text,
  "pull-request": text,
  help: { type: "boolean", default: false },
} as const;

type Options = ReturnType<typeof parse>["values"];

function parse(argv: readonly string[]) {
  return parseWords(argv, OPTIONS);
}

const COMMANDS: Readonly<Record<string, (options: Options, words: readonly string[]) => Promise<number>>> = {
  async matrix({ approvable }) {
    const reports = approvable === undefined ? undefined : await reportsOfAll(approvable);
    return say(`environments=${JSON.stringify(matrix(process.cwd(), reports))}`);
  },

  async reviewers() {
    await requireReviewers(GitHub.ofWorkflow(process.env), environments());
    return say("Each has required reviewers.");
  },

  async "synth-twice"() {
    const different = await synthesizeTwice();
    if (different.length === 0) return say("Both are the same.");
    return say("The second synth differs from the first in:", ...different) + 1;
  },

  async comment({ "pull-request": pullRequest }, [folder]) {
    if (!pullRequest || !/^\d+$/.test(pullRequest))
      throw new Error(`--pull-request must be a number, got "${pullRequest ?? ""}"`);
    const github = GitHub.ofWorkflow(process.env);
    for (const report of await reportsOfAll(folder)) await postComment(github, Number(pullRequest), report);
    return 0;
  },

  async issue(_, [folder]) {
    return say(await keepIssue(GitHub.ofWorkflow(process.env), await reportsOfAll(folder)));
  },
};

function environments(): readonly string[] {
  return matrix(process.cwd()).map(({ environment }) => environment);
}

async function reportsOfAll(folder = ""): Promise<readonly WrittenReport[]> {
  return await reportsIn(folder, environments());
}

async function main([name = "", ...argv]: readonly string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  const command = COMMANDS[name];
  if (values.help || !command) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 1;
  }
  return await command(values, positionals);
}

void main(process.argv.slice(2))
  .catch(failedItself)
  .then((code) => process.exit(code));
