import type { Changes } from "./changes";

const MOUNT = "vault_mount";
const LOGIN = "vault_aws_auth_backend_role";
const POLICY = "vault_policy";

/** What somebody may change in Vault, which is at the address that `recordedSettings` names. */
export const VAULT_RISKS: Changes = {
  "mount moved": (stack) => {
    stack.letDestroy(MOUNT, "");
    stack.set(MOUNT, "", { path: "secrets-prod-kv-2" });
  },
  "versions of Vault's secrets no longer kept": (stack) =>
    stack.set(MOUNT, "", { options: { version: "1" } }),
  "login for a role of any name": (stack) =>
    stack.resource(LOGIN, "orders").bound_iam_principal_arns.push("arn:aws:iam::123456789012:role/*"),
  "login gives another policy": (stack) => stack.resource(LOGIN, "billing").token_policies.push("operators"),
  "policy reads every secret in Vault": (stack) => {
    const policy = stack.resource(POLICY, "orders");
    policy.policy = policy.policy.replace("data/orders", "data/*");
  },
  "policy writes a secret in Vault": (stack) => {
    const policy = stack.resource(POLICY, "billing");
    policy.policy = policy.policy.replace('"read"', '"read", "update"');
  },
  "another server says who logs in": (stack) =>
    stack.set("vault_aws_auth_backend_client", "", { sts_endpoint: "https://sts.example.com" }),
};

export const VAULT_HARMLESS: Changes = {
  "tokens of a login live shorter": (stack) => stack.set(LOGIN, "orders", { token_ttl: 600 }),
  "more versions kept in Vault": (stack) => stack.set("vault_kv_secret_backend_v2", "", { max_versions: 20 }),
};
