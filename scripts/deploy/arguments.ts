import { parseWords } from "../support/words";
import { type TerraformOptions, terraformOptions } from "./terraform-options";

const COMMANDS = ["diff", "deploy", "destroy"] as const;

export type Command = (typeof COMMANDS)[number];

export interface Arguments {
  readonly command: Command;
  readonly help: boolean;
  /** Names of stacks; none means all. */
  readonly stacks: readonly string[];
  readonly autoApprove: boolean;
  /** Whether stacks that the named ones need (destroy: that need them) are left out of account. */
  readonly ignoreDependencies: boolean;
  /** Whether `diff` ends with exit code 2 if there is something to deploy. */
  readonly detailedExitCode: boolean;
  /** Folder that `diff` writes a report into. */
  readonly report?: string;
  /** Folder of the report that `deploy` holds plans to. */
  readonly approved?: string;
  readonly terraform: TerraformOptions;
}

export const USAGE = `Usage: npm run diff|deploy|destroy [-- stacks] [options] [-- options of terraform plan]

Synthesizes the environment that ENVIRONMENT names (a name in environments/ or a path; "dev" if unset) and runs
Terraform on its stacks in their order, or only on those that are named.

  --auto-approve         deploy, destroy: do not ask; stacks that do not need one another run at the same time
  --ignore-dependencies  deploy, destroy: deal with the named stacks although stacks that they need are not deployed
                         (destroy: although stacks that need them still have resources)
  --detailed-exitcode    diff: exit code 2 if there is something to deploy
  --report <folder>      diff: write the review and a digest of each plan into the folder; show reviews, but no plans;
                         exit code 1 if a stack could not be planned
  --approved <folder>    deploy: do not ask; apply the plans that have the digests of that report, and no other
  --help                 show this text

After a second --, for example: npm run deploy -- staging-native -- -refresh=false -var 'name=value'

Exit codes: 0 done; 1 something failed, was refused or not begun; 130 interrupted. A diff in which a stack waits for
another one to be deployed has not failed.
`;

/** Throws an error with one line for people if something is not known. */
export function parseArguments(argv: readonly string[]): Arguments {
  const [command, ...rest] = argv;
  const end = rest.indexOf("--");
  const own = end === -1 ? rest : rest.slice(0, end);
  const terraform = terraformOptions(end === -1 ? [] : rest.slice(end + 1));
  const { values, positionals } = parse(own);
  const args = {
    command: known(command),
    help: values.help,
    stacks: positionals,
    autoApprove: values["auto-approve"],
    ignoreDependencies: values["ignore-dependencies"],
    detailedExitCode: values["detailed-exitcode"],
    report: values.report,
    approved: values.approved,
    terraform,
  };
  refuseUseless(args);
  return args;
}

function parse(words: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  const folder = { type: "string" } as const;
  const options = {
    "auto-approve": flag,
    "ignore-dependencies": flag,
    "detailed-exitcode": flag,
    report: folder,
    approved: folder,
    help: flag,
  };
  return parseWords(words, options, "; options of Terraform come after a second --");
}

function known(command: string | undefined): Command {
  const found = COMMANDS.find((one) => one === command);
  if (!found) throw new Error(`the command must be one of ${COMMANDS.join(", ")}, got "${command ?? ""}"`);
  return found;
}

function refuseUseless(args: Arguments): void {
  const { command, autoApprove, ignoreDependencies, detailedExitCode, report, approved } = args;
  if (command === "diff" && autoApprove) throw new Error("--auto-approve is for deploy and destroy");
  if (command === "diff" && ignoreDependencies)
    throw new Error("--ignore-dependencies is for deploy and destroy");
  if (command !== "diff" && detailedExitCode) throw new Error("--detailed-exitcode is for diff");
  if (command !== "diff" && report !== undefined) throw new Error("--report is for diff");
  if (command !== "deploy" && approved !== undefined) throw new Error("--approved is for deploy");
  if (autoApprove && approved !== undefined)
    throw new Error("--auto-approve applies every plan, --approved those of a report; give one of them");
}
