import { callVault, type VaultConnection } from "../../../scripts/vault/vault-api";
import { shownFile } from "../permissions";

/** What a stack has in Vault, where it has names of its own. */
export interface Names {
  readonly auth: string;
  readonly kv: string;
  readonly testSecret?: string;
}

export type TerraformRole = "deployer" | "planner";

/** A policy that docs/permissions.md shows, written for these names as it says, and its name. */
export function terraformPolicy(
  role: TerraformRole,
  { auth, kv, testSecret = "none" }: Names,
): { readonly name: string; readonly policy: string } {
  const policy = shownFile(`vault-${role}.hcl`, "app")
    .replaceAll(/(acl|rate-limit)\/app-aws-/g, `$1/${auth.replaceAll("/", "-")}-`)
    .replaceAll("app-aws", auth)
    .replaceAll("app-kv", kv)
    .replaceAll("<testSecret>", testSecret);
  return { name: `${role}-of-${auth}`.replaceAll("/", "-"), policy };
}

/** A token with no more than `default` and that policy. */
export async function terraformToken(
  root: VaultConnection,
  role: TerraformRole,
  names: Names,
): Promise<string> {
  const { name, policy } = terraformPolicy(role, names);
  await callVault(root, "PUT", `sys/policies/acl/${name}`, { policy });
  const { auth: made } = await callVault(root, "POST", "auth/token/create", {
    policies: [name],
  });
  return String((made as { client_token?: string }).client_token);
}
