import { readFileSync } from "node:fs";
import { run } from "../../../../scripts/support/processes";
import { callVault, type VaultConnection } from "../../../../scripts/vault/vault-api";
import type { SandboxNode } from "../../../../testbed/vault/sandbox-node";
import { runbookBlock } from "./runbook-block";

/** Has a node make root tokens of recovery shares from its next start on, as the runbook says. */
export async function turnOnGenerateRoot(node: SandboxNode): Promise<void> {
  const setting = "disable_unauthed_generate_root_endpoints";
  if (readFileSync(node.path("/etc/vault-server/server.json"), "utf8").includes(setting)) return;
  const [edit = ""] = runbookBlock(setting).split("sudo systemctl");
  await run("bash", ["-c", edit.replace("sudo ", "").replace("/etc", node.path("/etc"))]);
}

/** Policies of the root token that recovery shares make, which is revoked then. */
export async function rootOf(node: VaultConnection, shares: readonly string[]): Promise<unknown> {
  // A request without any is another one than that of somebody without rights.
  const connection = { ...node, token: "none" };
  const { otp, nonce } = await callVault(connection, "PUT", "sys/generate-root/attempt", {});
  try {
    let encoded = "";
    for (const key of shares)
      encoded = String(
        (await callVault(connection, "PUT", "sys/generate-root/update", { key, nonce })).encoded_token,
      );
    const password = Buffer.from(String(otp));
    const token = Buffer.from(encoded, "base64").map((byte, index) => byte ^ (password[index] ?? 0));
    const root = { ...connection, token: Buffer.from(token).toString() };
    const { data } = await callVault(root, "GET", "auth/token/lookup-self");
    await callVault(root, "POST", "auth/token/revoke-self");
    return (data as { policies: unknown }).policies;
  } finally {
    await callVault(connection, "DELETE", "sys/generate-root/attempt");
  }
}
