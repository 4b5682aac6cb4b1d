import { leading } from "../../scripts/vault/one-server";
import type { VaultConnection } from "../../scripts/vault/vault-api";

/** The node that leads, once one does. */
export async function waitForActive(nodes: readonly VaultConnection[]): Promise<VaultConnection> {
  return await leading(nodes.map((connection) => ({ id: connection.address, connection })));
}
