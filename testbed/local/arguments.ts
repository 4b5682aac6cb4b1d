import { parseWords, unknownWord } from "../../scripts/support/words";

/** As in an environment's `backends`: functions read from the first. */
export type Backends = readonly ("native" | "vault")[];

/** By what is written for --backend. */
const BACKENDS: ReadonlyMap<string, Backends> = new Map([
  ["native", ["native"]],
  ["vault", ["vault"]],
  ["native,vault", ["native", "vault"]],
]);

export interface Arguments {
  readonly backends: Backends;
  readonly keep: boolean;
  readonly badDay: boolean;
  readonly help: boolean;
}

export const USAGE = `Usage: npm run local [-- --backend native|vault|native,vault] [--keep] [--bad-day]

Deploys the environment "local" with the real CDKTF and Terraform to an AWS emulator, rotates its secrets in a real
PostgreSQL and, where this machine has one, a real MariaDB with the deployed functions, proves what has to hold, and
destroys it all. Needs no AWS account.

  --backend  native (the default); vault: with a created Vault server, three real nodes, and Vault's Lambda extension,
             named by VAULT_BINARY and VAULT_LAMBDA_EXTENSION_BINARY; native,vault:
             deploy both, and move the functions from native to Vault
  --keep     after a run in which everything held, leave it all running until Ctrl-C
  --bad-day  AWS answers late, throttles, and shows old data; BAD_DAY_SEED repeats a run, roughly
  --help     show this text
`;

/** Throws an error with one line for people if an argument is not known. */
export function parseArguments(argv: readonly string[]): Arguments {
  const flag = { type: "boolean", default: false } as const;
  const backend = { type: "string", default: "native" } as const;
  const options = { backend, keep: flag, "bad-day": flag, help: flag };
  const { values, positionals } = parseWords(argv, options);
  if (positionals.length > 0) throw unknownWord(`Unexpected argument '${positionals[0]}'`, options);
  const { backend: named, "bad-day": badDay, ...flags } = values;
  return { backends: backendsNamed(named), badDay, ...flags };
}

function backendsNamed(text: string): Backends {
  const backends = BACKENDS.get(text);
  if (backends) return backends;
  const meant = text === "both" ? "; write native,vault" : "";
  throw new Error(`--backend must be one of ${[...BACKENDS.keys()].join("; ")}, got "${text}"${meant}`);
}
