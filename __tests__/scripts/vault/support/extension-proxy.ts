import { endProcess, startProcess } from "../../../../scripts/support/processes";
import { EXTENSION_PORT, extensionPortIsFree } from "../../../../testbed/lambda/extension-port";
import { startExtensionsApi } from "../../../../testbed/lambda/extensions-api";

/** Vault's real Lambda extension, logged in and ready, for functions that run here. */
export async function startExtension(binary: string, environment: Readonly<Record<string, string>>) {
  await extensionPortIsFree();
  const api = await startExtensionsApi("reader", "index.handler");
  const child = startProcess(binary, [], {
    env: { ...environment, AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<never>((_, reject) => {
    child.once("close", (code) => reject(new Error(`the extension ended with exit code ${code}`)));
  });
  const stop = async () => {
    ended.catch(() => undefined);
    await endProcess(child);
    await api.close();
  };
  await Promise.race([api.polled(), ended]);
  return { address: `http://127.0.0.1:${EXTENSION_PORT}`, stop };
}
