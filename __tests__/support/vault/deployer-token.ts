import { callVault, type VaultConnection } from "../../../scripts/vault/vault-api";
import { shownFile } from "../permissions";

/** The mounts of a stack, where they have names of their own. */
export interface Mounts {
  readonly auth: string;
  readonly kv: string;
}

/** The policy that docs/permissions.md shows, written for these mounts as it says, and its name. */
export function deployerPolicy({ auth, kv }: Mounts): { readonly name: string; readonly policy: string } {
  const policy = shownFile("vault-deployer.hcl", "app")
    .replaceAll(/(acl|rate-limit)\/app-aws-/g, `$1/${auth.replaceAll("/", "-")}-`)
    .replaceAll("app-aws", auth)
    .replaceAll("app-kv", kv);
  return { name: `deployer-of-${auth}`.replaceAll("/", "-"), policy };
}

/** A token with no more than `default` and that policy. */
export async function deployerToken(root: VaultConnection, mounts: Mounts): Promise<string> {
  const { name, policy } = deployerPolicy(mounts);
  await callVault(root, "PUT", `sys/policies/acl/${name}`, { policy });
  const { auth: made } = await callVault(root, "POST", "auth/token/create", {
    policies: [name],
  });
  return String((made as { client_token?: string }).client_token);
}
