import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Environment } from "../../constructs/environment";
import type { ServerOutput } from "./deployed-server";
import { wayToVault } from "./preparation";

/** Ctrl-C, and the end of the terminal. */
const SIGNALS = ["SIGINT", "SIGHUP"] as const;

/**
 * Runs a program at the user's terminal that reaches Vault as an operator: by VAULT_ADDR, VAULT_CACERT,
 * VAULT_TLS_SERVER_NAME and VAULT_TOKEN. Tunnel and login end with it. Gives its exit code.
 *
 * @param words program and arguments; none: a shell
 */
export async function operatorSession(
  server: ServerOutput & { readonly environment: Environment },
  [program = process.env.SHELL ?? "sh", ...args]: readonly string[],
): Promise<number> {
  const way = await wayToVault(server, "diff");
  if (way.kind !== "ready") throw new Error(way.what);
  // They are the program's, too: when it has ended, tunnel and login have to be ended here.
  const stay = () => {};
  for (const signal of SIGNALS) process.on(signal, stay);
  try {
    const child = spawn(program, args, {
      stdio: "inherit",
      env: {
        ...process.env,
        ...way.environment,
        VAULT_ADDR: way.environment?.TF_VAR_vault_address,
        VAULT_TLS_SERVER_NAME: new URL(server.address).hostname,
      },
    });
    const [code] = await once(child, "close");
    return code ?? 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stay);
    await way.close?.();
  }
}
