import { parseWords } from "../support/words";

export interface Arguments {
  readonly help: boolean;
  /** A name in `environments/` or a path. */
  readonly environment: string;
  readonly autoApprove: boolean;
  readonly destroy: boolean;
  /** File of the report. */
  readonly report: string;
}

export const USAGE = `Usage: npm run prove -- <environment> [--destroy] [--auto-approve] [--report <file>]

Deploys the environment, rotates each of its secrets at least twice, and has its functions say after each rotation that
they still log in; then nothing is to be planned, and no log of the databases to show a password. It uses the AWS
credentials of your shell, and ends by writing a report without secrets.

  --destroy         destroy the environment in the end, if everything held; refused if it was there before
  --auto-approve    ask nothing: neither before it starts nor before a plan is applied
  --report <file>   where the report goes (prove-<environment>.md if not given)
  --help            show this text

Exit codes: 0 everything held; 1 something did not, or was not done.
`;

/** @throws Error with one line for people */
export function parseArguments(argv: readonly string[]): Arguments {
  const flag = { type: "boolean", default: false } as const;
  const options = { destroy: flag, "auto-approve": flag, report: { type: "string" }, help: flag } as const;
  const { values, positionals } = parseWords(argv, options);
  const [environment = "", ...more] = positionals;
  if (!values.help && (environment === "" || more.length > 0))
    throw new Error(
      `one environment must be named, got ${positionals.join(", ") || "none"}; see npm run prove -- --help`,
    );
  const name = environment.replace(/^.*\//, "").replace(/\.json$/, "");
  return {
    help: values.help,
    environment,
    autoApprove: values["auto-approve"],
    destroy: values.destroy,
    report: values.report ?? `prove-${name}.md`,
  };
}
