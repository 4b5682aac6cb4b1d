import { attribute, type ResourceChange } from "../plan/change";
import type { Found, Rule } from "./rule";
import { exchanged, guarded, guardsOf, lost, lowered } from "./support";

const MOUNT = "vault_mount";
const SETTINGS = "vault_kv_secret_backend_v2";

export const vaultLost: Rule = {
  id: "R13",
  title: "Vault's mounts destroyed or replaced",
  resource: (change) => [
    ...lost(change, [MOUNT, "vault_auth_backend"], "block"),
    ...lost(change, /^vault_(kv_secret_v2|audit|kv_secret_backend_v2)$/, "high"),
    ...guarded(change, [
      ...guardsOf([MOUNT], "block", ["path", exchanged, "the mount moves"]),
      ...guardsOf([SETTINGS], "medium", ["max_versions", lowered, "fewer old versions of a secret are kept"]),
    ]),
    ...version(change),
  ],
};

function version(change: ResourceChange): Found[] {
  if (change.type !== MOUNT || change.kind !== "update") return [];
  const { before, after } = attribute(change, "options.version");
  return before === "2" && after !== "2"
    ? [{ severity: "block", what: "versions of secrets are no longer kept" }]
    : [];
}
