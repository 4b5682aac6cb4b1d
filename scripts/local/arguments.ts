import { parseArgs } from "node:util";

export interface Arguments {
  readonly keep: boolean;
  readonly help: boolean;
}

export const USAGE = `Usage: npm run local [-- --keep]

Deploys the environment "local" with the real CDKTF and Terraform to an AWS emulator, rotates its secrets in a real
PostgreSQL with the deployed function, proves what has to hold, and destroys it all. Needs no AWS account.

  --keep   after a run in which everything held, leave it all running until Ctrl-C
  --help   show this text
`;

/** Throws an error with one line for people if an argument is not known. */
export function parseArguments(argv: readonly string[]): Arguments {
  const flag = { type: "boolean", default: false } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options: { keep: flag, help: flag } });
    return { keep: values.keep, help: values.help };
  } catch (error) {
    throw new Error(`${(error as Error).message.split(". ")[0]}. Known: --keep, --help.`);
  }
}
