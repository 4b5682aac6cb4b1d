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
      if (!isSame(got, value)) lines.push(`${name} of ${path} must be ${value}, got ${got}`);
    }
  }
  return lines;
}

/** A server may write a time as seconds, or as Go does: 24h0m0s, 24h. */
function isSame(got: unknown, value: unknown): boolean {
  return got === value || (seconds(got) !== undefined && seconds(got) === seconds(value));
}

function seconds(time: unknown): number | undefined {
  if (typeof time === "number") return time;
  const parts = /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(String(time));
  const [, h = 0, m = 0, s = 0] = parts ?? [];
  return parts ? Number(h) * 3600 + Number(m) * 60 + Number(s) : undefined;
}
