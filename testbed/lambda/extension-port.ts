import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Vault's extension listens here and nowhere else (README of vault-lambda-extension). */
export const EXTENSION_PORT = 8200;

/** Another local run or test may be using the port, for one invocation after the other. */
const PATIENCE_MS = 15_000;

/** Resolves when the extension can listen; one that cannot after `patienceMs` is an error that names the port. */
export async function extensionPortIsFree(patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await canListen())) {
    if (performance.now() > deadline)
      throw new Error(
        `127.0.0.1:${EXTENSION_PORT} is in use, and Vault's Lambda extension can listen nowhere else; stop ` +
          `what listens there, for example \`vault server -dev\``,
      );
    await sleep(50);
  }
}

async function canListen(): Promise<boolean> {
  const probe = createServer();
  return await new Promise((resolve, reject) => {
    probe.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    );
    probe.listen(EXTENSION_PORT, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
