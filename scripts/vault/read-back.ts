import type { InitialRequest } from "../../constructs/vault/server/node/initial-requests";
import { callVault, type VaultConnection } from "./vault-api";

/** What a server has otherwise than it was told, a line each; of the requests whose data can be read again. */
export async function notHeld(
  connection: VaultConnection,
  requests: readonly InitialRequest[],
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { path, data } of requests.filter(({ readBack }) => readBack)) {
    const { data: found } = await callVault(connection, "GET", path);
    for (const [name, value] of Object.entries(data)) {
      const got = (found as Record<string, unknown> | undefined)?.[name];
      if (got !== value) lines.push(`${name} of ${path} must be ${value}, got ${got}`);
    }
  }
  return lines;
}
