import { initialRequests } from "./initial-requests";
import { AUTHORITY_FILE } from "./server-configuration";
import type { VaultNodeProps } from "./vault-node";

/**
 * The part of OpenBao's configuration that has it initialise itself: the requests that `vault:init` sends to a Vault.
 * Source: OpenBao documentation, "Self-Initialization".
 */
export function selfInitialisation({
  software,
  addresses,
  hostName,
  selfInitialisation,
}: VaultNodeProps): object | undefined {
  if (!selfInitialisation) return undefined;
  const requests = initialRequests({
    software,
    nodes: addresses.length,
    hostName,
    authorityPem: { eval_source: "file", eval_type: "string", path: AUTHORITY_FILE },
    operators: selfInitialisation.operators,
  });
  const request = requests.map(({ path, data }, index) => ({
    [`request-${index + 1}`]: { operation: "update", path, data },
  }));
  return { initialize: [{ server: { request } }] };
}
