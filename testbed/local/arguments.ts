import { parseArgs } from "node:util";

const BACKENDS = ["native", "vault", "both"] as const;

export type Backend = (typeof BACKENDS)[number];

export interface Arguments {
  readonly backend: Backend;
  readonly keep: boolean;
  readonly help: boolean;
}

export const USAGE = `Usage: npm run local [-- --backend native|vault|both] [--keep]

Deploys the environment "local" with the real CDKTF and Terraform to an AWS emulator, rotates its secrets in a real
PostgreSQL with the deployed function, proves what has to hold, and destroys it all. Needs no AWS account.

  --backend  native (the default); vault: with a real Vault server and its Lambda extension, named by VAULT_BINARY
             and VAULT_LAMBDA_EXTENSION_BINARY; both: deploy both, and move the functions from one to the other
  --keep     after a run in which everything held, leave it all running until Ctrl-C
  --help     show this text
`;

/** Throws an error with one line for people if an argument is not known. */
export function parseArguments(argv: readonly string[]): Arguments {
  const flag = { type: "boolean", default: false } as const;
  const backend = { type: "string", default: "native" } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options: { backend, keep: flag, help: flag } });
    return { backend: known(values.backend), keep: values.keep, help: values.help };
  } catch (error) {
    throw new Error(
      `${(error as Error).message.split(". ")[0]}. Known: --backend ${BACKENDS.join("|")}, --keep, --help.`,
    );
  }
}

function known(backend: string): Backend {
  const found = BACKENDS.find((one) => one === backend);
  if (!found) throw new Error(`--backend must be one of ${BACKENDS.join(", ")}, got "${backend}"`);
  return found;
}
